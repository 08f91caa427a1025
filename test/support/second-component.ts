/** Another component for the same domain, as on another machine. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from './ports.ts';
import type { Process } from './process.ts';
import { startProgram } from './program.ts';
import { writeSettings, type Settings } from './settings.ts';

/** `stackDir`: where the stack has its im-bridge.yml. */
export async function startSecondComponent(stackDir: string): Promise<Process> {
  const settings = parse(readFileSync(join(stackDir, 'im-bridge.yml'), 'utf8')) as Settings;
  const dir = mkdtempSync(join(stackDir, 'second-'));
  const adminPort = await freePort();
  const { path } = writeSettings(dir, { ...settings, component: { ...settings.component, adminPort } });
  return await startProgram({
    name: 'component-2',
    script: 'ejabberd-modules/component/main.js',
    args: ['--config', path],
    dir,
    readyUrl: `http://127.0.0.1:${adminPort}/ready`,
  });
}
