/** Debian's HAProxy with a configuration of `im-bridge haproxy-config`, as an ordinary process. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Process } from './process.ts';
import { isListening } from './ports.ts';
import { waitUntil } from './wait-until.ts';

const HAPROXY = '/usr/sbin/haproxy';

/** What HAProxy itself says of the file: nothing when it has nothing against it. */
export function haproxyOn(file: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(HAPROXY, ['-c', '-V', '-f', file], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('HAProxy is not installed: apt-get install haproxy');
  return { status, said: `${stdout}${stderr}` };
}

/** Only root may become somebody else. */
function asThisUser(text: string): string {
  return process.getuid?.() === 0 ? text : text.replaceAll(/^ +(?:chroot|user|group) .*\n/gm, '');
}

/** Its owner stops it. */
export async function startHaproxy(dir: string, text: string, port: number): Promise<Process> {
  const file = join(dir, `haproxy-${port}.cfg`);
  writeFileSync(file, asThisUser(text));
  const haproxy = new Process({
    name: 'haproxy',
    command: HAPROXY,
    args: ['-db', '-f', file],
    logFile: join(dir, 'logs', 'haproxy.log'),
  });
  await waitUntil('haproxy to listen', async () => {
    if (!haproxy.running) throw new Error(`haproxy has ended:\n${haproxy.logTail()}`);
    return await isListening(port);
  });
  return haproxy;
}
