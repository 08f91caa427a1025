/** What the bridge's worker holds, by its own gauges. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gauge } from '../support/gauge.ts';
import type { Stack } from '../support/stack.ts';

/** How often the heap is looked at, and milliseconds between two looks. */
const LOOKS = 10;
const PAUSE = 100;

/** Has every process of the stack that is started from now on collect its garbage when it is told to. */
export function makeCollectable(): void {
  const script = new URL('./collect-garbage.js', import.meta.url).href;
  process.env['NODE_OPTIONS'] = `--import=${script}`;
}

/** Bytes of the heap without garbage: the least of some looks, as scrapes and timers leave garbage of their own. */
export async function heapOf(stack: Stack): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    process.kill(stack.info.pids['worker'] ?? NaN, 'SIGUSR2');
    await sleep(PAUSE);
    looks.push(await gauge(stack, 'nodejs_heap_size_used_bytes'));
  }
  return Math.min(...looks);
}
