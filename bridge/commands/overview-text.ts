/** `im-bridge status` for a person. */
import { durationText } from './duration.ts';
import type { ComponentView, Overview, WorkerView } from './overview.ts';
import { tableOf, type Cell } from './table.ts';

const TITLES = [
  'worker',
  'pid',
  'release',
  'state',
  'up',
  'sessions',
  'tabs',
  'held',
  'links up',
  'down',
  'logins',
  'waiting',
  'loop',
  'memory',
];
const POOL_TITLES = ['worker', 'pool', 'open', 'of', 'in use', 'waiting', 'timeouts', 'alarm'];

export function overviewText({ workers, component }: Overview): string {
  const rows = workers.map(rowOf);
  const all = workers.length > 1 ? [...rows, totalOf(workers)] : rows;
  const pools = workers.flatMap(({ place, pools: ofWorker }) =>
    ofWorker.map(({ pool, open, limit, inUse, waiting, timeouts, starved }) => [
      place,
      pool,
      open,
      limit,
      inUse,
      waiting,
      timeouts,
      starved ? 'starved' : '',
    ]),
  );
  const faults = workers.flatMap(({ fault }) => (fault === undefined ? [] : [`${fault}\n`]));
  return [
    tableOf(TITLES, all),
    ...faults,
    pools.length > 0 ? `\n${tableOf(POOL_TITLES, pools)}` : '',
    component === undefined ? '' : `\ncomponent  ${componentText(component)}\n`,
  ].join('');
}

function rowOf(worker: WorkerView): Cell[] {
  const { place, pid, release, ready, reasons, fault, up, late, memory } = worker;
  const state = fault === undefined ? (ready ? 'ready' : reasons.join(', ')) : 'no answer';
  return [
    place,
    pid,
    release,
    state,
    durationText(up),
    ...countsOf(worker),
    `${Math.round(late * 1000)} ms`,
    megabytes(memory),
  ];
}

function totalOf(workers: readonly WorkerView[]): Cell[] {
  const sums = workers
    .map(countsOf)
    .reduce((sum, counts) => counts.map((count, index) => count + (sum[index] ?? 0)));
  const memory = workers.reduce((sum, worker) => sum + worker.memory, 0);
  return ['all', '', '', '', '', ...sums, '', megabytes(memory)];
}

function countsOf({ sessions, tabs, held, links, logins }: WorkerView): number[] {
  return [sessions, tabs, held, links.up, links.down, logins.underWay, logins.waiting];
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

function componentText(component: ComponentView | string): string {
  if (typeof component === 'string') return component;
  const { connected, outbox } = component;
  const { seen, running, failed } = outbox;
  return `${connected ? 'connected' : 'not connected to ejabberd'}; outbox: ${seen} rows waiting, ${running} under way, ${failed} to be tried again`;
}
