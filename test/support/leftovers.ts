/**
 * Every process of a stack carries its folder in the environment, and so do their children, epmd and the
 * external-auth pool included. So the processes of a stack are found whatever became of its owner, and a
 * pid that another program has by now is never taken for one of them.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { waitUntil } from './wait-until.ts';

export const STACK_VARIABLE = 'IM_BRIDGE_STACK';

/** Milliseconds that MariaDB may take to write its pages; what is still there then is killed. */
const GRACE = 20_000;

/** Pids of the living processes of the stack in `dir`, without this one. */
export function processesOf(dir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && belongsTo(pid, dir));
}

/** Is `pid` a living process of the stack in `dir`? */
export function belongsTo(pid: number, dir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${STACK_VARIABLE}=${dir}`);
  } catch {
    return false; // it has ended, or it is another user's
  }
}

/** Ends what a killed stack left behind, and says how many processes that were. */
export async function endLeftovers(dir: string): Promise<number> {
  const found = processesOf(dir);
  if (found.length === 0) return 0;
  for (const pid of found) signal(pid, 'SIGTERM');
  const gone = (): boolean => processesOf(dir).length === 0;
  await waitUntil('leftover processes to end', gone, { timeout: GRACE, every: 50 }).catch(() => undefined);
  for (const pid of processesOf(dir)) signal(pid, 'SIGKILL');
  await waitUntil('killed processes to end', gone);
  return found.length;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended meanwhile
  }
}
