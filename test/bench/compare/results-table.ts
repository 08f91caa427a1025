/** The results as a person reads them. */
import { median, table } from '../numbers.ts';
import type { Compared } from './compare.ts';
import type { Figures } from './figures.ts';
import { PARTS, type Part } from './server-cost.ts';
import { VARIANTS, type CompareOptions, type Variant } from './options.ts';

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

const NAMES: Readonly<Record<Variant, string>> = {
  poll: 'bridge, long polls',
  stream: 'bridge, stream',
  bosh: 'BOSH in every tab',
};

/** The middle of all rounds; and of the bridge, what it is to BOSH. */
export function resultsOf(compared: Compared): string {
  const measured = measuredIn(compared);
  const bridges = measured.includes('bosh') ? measured.filter((variant) => variant !== 'bosh') : [];
  const rows = ROWS.map(({ name, of, digits }) => {
    const middle = (variant: Variant): number => median(compared[variant].map(of));
    const values = measured.map((variant) => middle(variant).toFixed(digits));
    return [name, ...values, ...bridges.map((variant) => (middle(variant) / middle('bosh')).toFixed(2))];
  });
  const ratios = bridges.map((variant) => `ratio, ${variant}`);
  return table(['', ...measured.map((variant) => NAMES[variant]), ...ratios], rows);
}

/** Where the memory of a tab (KB, after the messages) and the time of a thousand deliveries (s) go. */
export function partsOf(compared: Compared): string {
  const measured = measuredIn(compared);
  const row = (part: Part): string[] => [
    part,
    ...measured.map((of) => median(compared[of].map(({ memoryOf }) => memoryOf[part] / KB)).toFixed(1)),
    ...measured.map((of) => median(compared[of].map(({ deliveriesOf }) => deliveriesOf[part])).toFixed(3)),
  ];
  const heads = ['KB a tab', 's CPU a thousand'].flatMap((what) => measured.map((of) => `${what}: ${of}`));
  return table(['', ...heads], PARTS.map(row));
}

export function countsOf(compared: Compared, { tabs }: CompareOptions): string {
  const measured = measuredIn(compared);
  const bases = measured
    .filter((variant) => variant !== 'bosh')
    .map((variant) => median(compared[variant].map(({ baseMemory }) => baseMemory)) / KB / KB);
  return [
    `Every message is for ${tabs} tabs of each of the two.`,
    ...measured.map((variant) => countOf(NAMES[variant], compared[variant])),
    ...(bases.length > 0 ? [baseOf(median(bases))] : []),
  ].join('\n');
}

function countOf(name: string, runs: readonly Figures[]): string {
  const sum = (what: 'messages' | 'expected' | 'delivered' | 'doubled' | 'receipts'): number =>
    runs.reduce((all, { counted }) => all + counted[what], 0);
  const deliveries = `${sum('delivered')} of ${sum('expected')} deliveries, ${sum('doubled')} twice`;
  return `${name}: ${sum('messages')} messages; ${deliveries}; ${sum('receipts')} receipts told to tabs.`;
}

function baseOf(megabytes: number): string {
  return `Before the first tab, the bridge itself takes ${megabytes.toFixed(0)} MB, which the BOSH variant does not have.`;
}

function measuredIn(compared: Compared): Variant[] {
  return VARIANTS.filter((variant) => compared[variant].length > 0);
}
