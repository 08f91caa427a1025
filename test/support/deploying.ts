/** Deploys of a stack's bridge, and people who write to each other meanwhile. */
import { join } from 'node:path';
import { askSupervisor } from '../../bridge/supervision/control.ts';
import type { Outcome } from '../../bridge/supervision/control.ts';
import type { Stack } from './stack.ts';
import { Refused, Tab } from './tab.ts';
import { waitUntil } from './wait-until.ts';

export function deploy(stack: Stack): Promise<Outcome> {
  return askSupervisor(join(stack.plan.dir, 'run'), 'deploy', 60_000);
}

export function workerOf(stack: Stack): number {
  return stack.info.pids['worker'] ?? 0;
}

/** Kills the worker as a fault would, and resolves when another has its place. */
export async function killWorker(stack: Stack): Promise<void> {
  const before = workerOf(stack);
  process.kill(before, 'SIGKILL');
  await waitUntil(
    'another worker',
    async () => workerOf(stack) !== before && (await fetch(stack.info.metrics.url)).ok,
  );
}

/** The same tab, as a page has it that goes on after its worker was killed. */
export function again(tab: Tab): Promise<Tab> {
  return waitUntil('the tab to connect', () => new Tab(tab.url, tab.user).connect({ tab: tab.id }));
}

/** Sends as a client does: again, with the same `cid`, until it is answered. */
export async function say(tab: Tab, to: string, body: string): Promise<void> {
  await waitUntil(`${body} to be sent`, async () => {
    try {
      await tab.send(to, body, `cid-${body.replaceAll(' ', '-')}`);
      return true;
    } catch (error) {
      // A connection that was cut says nothing of what became of the call.
      if (error instanceof Refused && error.code !== 'unavailable') throw error;
      return false;
    }
  });
}

/** Writes on until `work` is done. Returns what was written. */
export async function sayingWhile(
  tab: Tab,
  to: string,
  name: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const said: string[] = [];
  const over = new AbortController();
  const writing = (async () => {
    for (let n = 0; !over.signal.aborted; n += 1) {
      await say(tab, to, `${name} ${n}`);
      said.push(`${name} ${n}`);
    }
  })();
  await work().finally(() => over.abort());
  await writing;
  return said;
}
