/** The results as a person reads them. */
import { median, table } from '../numbers.ts';
import type { Compared } from './compare.ts';
import type { Figures } from './figures.ts';
import { PARTS, type Part } from './server-cost.ts';
import type { CompareOptions } from './options.ts';

interface Row {
  readonly name: string;
  readonly of: (figures: Figures) => number;
  readonly digits: number;
}

const KB = 1024;
const ROWS: readonly Row[] = [
  { name: 'memory of a tab, all open and idle (KB)', of: ({ idleMemory }) => idleMemory / KB, digits: 1 },
  {
    name: 'memory of a tab, after the messages (KB)',
    of: ({ loadedMemory }) => loadedMemory / KB,
    digits: 1,
  },
  {
    name: 'memory of a further tab of a user (KB)',
    of: ({ furtherMemory }) => furtherMemory / KB,
    digits: 1,
  },
  { name: 'CPU to open the first tab of a user (ms)', of: ({ firstTab }) => firstTab, digits: 2 },
  { name: 'CPU to open a further tab (ms)', of: ({ furtherTab }) => furtherTab, digits: 2 },
  { name: 'CPU of a tab that waits, in a minute (ms)', of: ({ waiting }) => waiting, digits: 2 },
  { name: 'CPU for a thousand deliveries (s)', of: ({ deliveries }) => deliveries, digits: 3 },
  { name: 'latency, median (ms)', of: ({ counted }) => counted.p50, digits: 1 },
  { name: 'latency, 99 % (ms)', of: ({ counted }) => counted.p99, digits: 1 },
];

/** The middle of all rounds. */
export function resultsOf({ bridge, bosh }: Compared): string {
  const rows = ROWS.map(({ name, of, digits }) => {
    const [ours, theirs] = [median(bridge.map(of)), median(bosh.map(of))];
    return [name, ours.toFixed(digits), theirs.toFixed(digits), (ours / theirs).toFixed(2)];
  });
  return table(['', 'bridge', 'BOSH in every tab', 'ratio'], rows);
}

/** Where the memory of a tab and the time of a thousand deliveries go. */
export function partsOf({ bridge, bosh }: Compared): string {
  const cell = (runs: readonly Figures[], of: (one: Figures) => number, digits: number): string =>
    median(runs.map(of)).toFixed(digits);
  const row = (part: Part): string[] => [
    part,
    cell(bridge, ({ memoryOf }) => memoryOf[part] / KB, 1),
    cell(bosh, ({ memoryOf }) => memoryOf[part] / KB, 1),
    cell(bridge, ({ deliveriesOf }) => deliveriesOf[part], 3),
    cell(bosh, ({ deliveriesOf }) => deliveriesOf[part], 3),
  ];
  return table(['', 'KB a tab: bridge', 'BOSH', 's CPU a thousand: bridge', 'BOSH'], PARTS.map(row));
}

export function countsOf(compared: Compared, { tabs }: CompareOptions): string {
  const line = (name: string, runs: readonly Figures[]): string => {
    const sum = (what: 'messages' | 'expected' | 'delivered' | 'doubled'): number =>
      runs.reduce((all, { counted }) => all + counted[what], 0);
    return `${name}: ${sum('messages')} messages; ${sum('delivered')} of ${sum('expected')} deliveries, ${sum('doubled')} twice`;
  };
  const base = (median(compared.bridge.map(({ baseMemory }) => baseMemory)) / KB / KB).toFixed(0);
  return [
    `Every message is for ${tabs} tabs of each of the two. ${line('Bridge', compared.bridge)}. ${line('BOSH', compared.bosh)}.`,
    `Before the first tab, the bridge itself takes ${base} MB, which the BOSH variant does not have.`,
  ].join('\n');
}
