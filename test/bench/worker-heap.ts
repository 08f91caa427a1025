/** What the bridge's worker holds, by its own gauges. */
import { performance } from 'node:perf_hooks';
import type { Stack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Milliseconds, and a difference in bytes, in which the heap counts as settled. */
const SETTLED = 500;
const NOISE = 30_000;

/** Has every process of the stack that is started from now on collect its garbage when it is told to. */
export function makeCollectable(): void {
  const script = new URL('./collect-garbage.js', import.meta.url).href;
  process.env['NODE_OPTIONS'] = `--import=${script}`;
}

export async function gauge({ info }: Stack, name: string): Promise<number> {
  const text = await (await fetch(info.metrics.url)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`the bridge has no gauge ${name}`);
  return Number(line.split(' ')[1]);
}

/** Bytes of the heap without garbage, when two looks in a row agree. */
export async function heapOf(stack: Stack): Promise<number> {
  let last = { bytes: 0, at: 0 };
  return await waitUntil(
    "the bridge's heap to settle",
    async () => {
      process.kill(stack.info.pids['worker'] ?? NaN, 'SIGUSR2');
      const bytes = await gauge(stack, 'nodejs_heap_size_used_bytes');
      const now = performance.now();
      if (Math.abs(bytes - last.bytes) > NOISE) last = { bytes, at: now };
      return now - last.at > SETTLED && bytes;
    },
    { every: 100 },
  );
}
