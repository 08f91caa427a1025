/** A process that hangs: its sockets are open and accept, and it says nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { waitUntil } from './wait-until.ts';

export async function whileStopped<T>({ pid }: { readonly pid: number }, work: () => Promise<T>): Promise<T> {
  process.kill(pid, 'SIGSTOP');
  try {
    await waitUntil('the process to stand still', () => isStopped(pid), { every: 1 });
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** The signal needs some milliseconds, in which a thread may still answer. proc(5): `T` is stopped. */
function isStopped(pid: number): boolean {
  const states = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2); // the name before it may have anything in it
  });
  return states.every((state) => state === 'T');
}
