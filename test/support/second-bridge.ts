/** Another bridge in front of the same ejabberd and database, as on another machine. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePorts } from './ports.ts';
import { waitUntil } from './wait-until.ts';
import { startProgram } from './program.ts';
import type { Process } from './process.ts';
import { writeSettings, type Settings } from './settings.ts';

const readyAt = (port: number): string => `http://127.0.0.1:${port}/ready`;

/** `stackDir`: where the stack has its im-bridge.yml; `change`: whole sections of it. Its owner stops it. */
export async function startSecondBridge(
  stackDir: string,
  change: Partial<Omit<Settings, 'http'>> & { readonly http?: Partial<Settings['http']> } = {},
): Promise<Process & { readonly url: string; readonly settings: string }> {
  const settings = parse(readFileSync(join(stackDir, 'im-bridge.yml'), 'utf8')) as Settings;
  const dir = mkdtempSync(join(stackDir, 'second-bridge-'));
  const workers = change.supervisor?.workers ?? 1;
  const [port, adminPort] = [await freePorts(workers), await freePorts(workers)];
  const { path } = writeSettings(dir, {
    ...settings,
    ...change,
    http: { ...settings.http, ...change.http, port },
    admin: { ...settings.admin, port: adminPort },
  });
  const bridge = await startProgram({
    name: 'bridge-2',
    script: 'bridge/supervisor.js',
    args: ['--config', path],
    dir,
    readyUrl: readyAt(adminPort),
  });
  for (let place = 1; place < workers; place += 1)
    await waitUntil('the other workers', async () => (await fetch(readyAt(adminPort + place))).ok);
  return Object.assign(bridge, { url: `http://127.0.0.1:${port}`, settings: path });
}
