/**
 * A whole part is restarted, or killed and started again, while people write and change how they appear: what is lost,
 * and how long until all is back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PartName } from '../../support/stack-parts.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';
import { Load } from '../deploy/load.ts';
import { numbersOf } from '../deploy/options.ts';
import { areAllBack, eventsIn, report, settingsFor } from '../deploy/report.ts';
import { say, table } from '../numbers.ts';

const options = numbersOf({ users: 1000, tabs: 4, friends: 10, rate: 20 });
const PARTS: readonly PartName[] = ['component', 'mariadb', 'ejabberd', 'bridge'];
const HOW = ['stop', 'kill'] as const;
/** People each of whom writes to a friend when a part is there again: it is all back when that has arrived. */
const ASKED = 50;
/** Milliseconds between two restarts. */
const REST = 10_000;
const PATIENCE = { timeout: 300_000, every: 200 };

await withStack(
  async (bench) => {
    const load = await Load.begin(bench, options);
    say(`${options.users} sessions with ${options.tabs} tabs each are open`);
    await sleep(REST);
    const rows: string[][] = [];
    for (const part of PARTS) for (const how of HOW) rows.push(await restart(bench, load, part, how));
    await load.end();
    report(load.tally, await load.lost(), ['nothing', ...rows.map(([name = '']) => name)]);
    say(`\n${table(['', 'the part is there again, s', 'all is back, s'], rows)}`);
    say(`\nIn the log: ${eventsIn(bench)}`);
    await load.close();
  },
  { change: settingsFor(options.users * options.tabs) },
);

async function restart(
  bench: BenchStack,
  load: Load,
  part: PartName,
  how: (typeof HOW)[number],
): Promise<string[]> {
  const name = `${part}, ${how === 'stop' ? 'restarted' : 'killed'}`;
  load.tally.begin(name, part === 'bridge');
  const start = performance.now();
  const seconds = (): string => ((performance.now() - start) / 1000).toFixed(1);
  await bench.stack.restart(part, how);
  const there = seconds();
  await waitUntil('all sessions to be back', () => areAllBack(bench, options.users), PATIENCE);
  if (part === 'bridge')
    await waitUntil('all tabs to be back', () => load.tally.back === load.tabCount, PATIENCE);
  await load.roundTrip(ASKED);
  const row = [name, there, seconds()];
  say(row.join(' | '));
  load.tally.end();
  await sleep(REST);
  return row;
}
