/**
 * Deploys, and workers that are killed, one after the other, while people write and change how they appear: what is
 * lost, doubled or seen that should not be, and how long messages and calls take meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { deploy, killWorker } from '../../support/deploying.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';
import { Load } from '../deploy/load.ts';
import { numbersOf } from '../deploy/options.ts';
import { areAllBack, eventsIn, report, settingsFor } from '../deploy/report.ts';
import { say } from '../numbers.ts';

const options = numbersOf({ users: 1000, tabs: 4, friends: 10, rate: 20, deploys: 50, kills: 20 });
/** Milliseconds before what happens next. */
const REST = 1000;
/** Milliseconds for calls that had waited to be answered. */
const SETTLING = 300;
const PATIENCE = { timeout: 120_000, every: 200 };

await withStack(
  async (bench) => {
    const load = await Load.begin(bench, options);
    say(`${options.users} sessions with ${options.tabs} tabs each are open`);
    await sleep(10_000);
    for (let n = 0; n < options.deploys; n += 1) await during(load, 'deploy', n, () => deployed(bench));
    for (let n = 0; n < options.kills; n += 1) await during(load, 'kill', n, () => killed(bench, load));
    await sleep(5000);
    await load.end();
    report(load.tally, await load.lost(), ['nothing', 'deploy', 'kill']);
    say(`\nIn the log: ${eventsIn(bench)}`);
    await load.close();
  },
  { change: settingsFor(options.users * options.tabs) },
);

async function during(
  { tally }: Load,
  what: 'deploy' | 'kill',
  n: number,
  work: () => Promise<void>,
): Promise<void> {
  tally.begin(what, what === 'kill');
  const start = performance.now();
  await work();
  say(`${what} ${n + 1}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  await sleep(SETTLING);
  tally.end();
  await sleep(REST);
}

async function deployed({ stack }: BenchStack): Promise<void> {
  const { ok, text } = await deploy(stack);
  if (!ok) throw new Error(text);
}

async function killed(bench: BenchStack, { tally, tabCount }: Load): Promise<void> {
  await killWorker(bench.stack);
  await waitUntil('all sessions to be back', () => areAllBack(bench, options.users), PATIENCE);
  await waitUntil('all tabs to be back', () => tally.back === tabCount, PATIENCE);
}
