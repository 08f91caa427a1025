/**
 * Random interleavings on the real stack: whatever is sent, polled, lost, doubled, reloaded, cut and restarted, every
 * accepted message is in both archives exactly once, and all tabs show the same. IM_SEED repeats a run, IM_RUNS and
 * IM_STEPS make it longer; `npm run property` is that, and can plant faults to be found.
 */
import { afterAll, expect, test } from '@jest/globals';
import { useStack } from '../support/story.ts';
import { WireTap } from '../support/wire-tap.ts';
import { interleave, type Outcome } from './interleave.ts';

const seed = Number(process.env['IM_SEED'] ?? Date.now() % 1_000_000);
const runs = Number(process.env['IM_RUNS'] ?? 6);
const steps = Number(process.env['IM_STEPS'] ?? 80);
/** Milliseconds for one, with a restart of ejabberd in it, on a busy machine. */
const PATIENCE = 150_000;

const many = {
  callRate: 1000,
  callBurst: 1000,
  sendRate: 1000,
  sendBurst: 1000,
};
const tap = new WireTap(() => used.stack.plan.ports.xmpp);
const tapPort = await tap.listen();
const used = useStack({
  change: { limits: { hold: 1, grace: 5, ...many }, xmpp: { port: tapPort } },
});
const outcomes: Outcome[] = [];
afterAll(() => tap.close());

test.each(Array.from({ length: runs }, (_, run) => seed + run))(
  'nothing is lost, doubled, or shown otherwise elsewhere (IM_SEED=%d)',
  async (one) => {
    outcomes.push(await interleave(used.stack, tap, one, steps));
  },
  PATIENCE,
);

test('the interleavings had messages in them that were taken', () => {
  expect(outcomes).toHaveLength(runs);
  const sum = sumOf(outcomes);
  process.stdout.write(`${runs} interleavings of ${steps} steps: ${JSON.stringify(sum)}\n`);
  expect(sum.accepted).toBeGreaterThan(runs);
});

function sumOf(all: readonly Outcome[]): Outcome['sent'] {
  const sum = { accepted: 0, refused: 0, open: 0 };
  for (const { sent } of all)
    for (const fate of ['accepted', 'refused', 'open'] as const) sum[fate] += sent[fate];
  return sum;
}
