/** What the servers take of the machine: memory now, and processor time so far, of each part with its children. */
import { readFileSync, readdirSync } from 'node:fs';
import type { Stack } from '../../support/stack.ts';
import { processorTime } from '../processor-time.ts';

/** In the order of the tables. The bridge's are there only where it runs. */
export const PARTS = ['ejabberd', 'external auth', 'component', 'MariaDB', 'supervisor', 'worker'] as const;
export type Part = (typeof PARTS)[number];

export interface Cost {
  /** Bytes that are resident and no file's (proc(5), smaps_rollup): what the programs share with others is not theirs. */
  readonly memory: number;
  /** Seconds. */
  readonly processor: number;
}

export type Costs = Readonly<Record<Part, Cost>>;

export function costsOf({ info: { pids } }: Stack): Costs {
  const children = childrenOf();
  const { ejabberd = 0 } = pids;
  const processes: Readonly<Record<Part, readonly (number | undefined)[]>> = {
    ejabberd: [ejabberd],
    'external auth': descendants(ejabberd, children), // a pool of processes, which ejabberd starts
    component: [pids['component']],
    MariaDB: [pids['mariadb']],
    supervisor: [pids['supervisor']],
    worker: [pids['worker']],
  };
  const costs = PARTS.map((part) => [part, sumOf(processes[part])] as const);
  return Object.fromEntries(costs) as Record<Part, Cost>;
}

/** Of all parts. */
export function total(costs: Costs, what: keyof Cost): number {
  return PARTS.reduce((sum, part) => sum + costs[part][what], 0);
}

function sumOf(pids: readonly (number | undefined)[]): Cost {
  const living = pids.filter((pid) => pid !== undefined);
  return {
    memory: living.reduce((sum, pid) => sum + memoryOf(pid), 0),
    processor: living.reduce((sum, pid) => sum + processorTime(pid), 0),
  };
}

function memoryOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Anonymous:\s+(\d+) kB/m.exec(text)?.[1] ?? NaN) * 1024;
}

function childrenOf(): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it has ended
  }
}

function descendants(pid: number, children: ReadonlyMap<number, readonly number[]>): number[] {
  return (children.get(pid) ?? []).flatMap((child) => [child, ...descendants(child, children)]);
}
