/** From what the phases took to what is compared. */
import type { Counted } from './deliveries.ts';
import type { CompareOptions } from './options.ts';
import type { Phases } from './phases.ts';
import { PARTS, total, type Cost, type Costs, type Part } from './server-cost.ts';

export interface Figures {
  /** Bytes of memory that each tab adds, of all servers together: after opening, and after the messages. */
  readonly idleMemory: number;
  readonly loadedMemory: number;
  /** Of the second, third, … tab of a user. */
  readonly furtherMemory: number;
  /** Milliseconds of processor time to open a tab; a user's first brings the user online. */
  readonly firstTab: number;
  readonly furtherTab: number;
  /** Milliseconds of processor time of a tab that waits, in a minute. */
  readonly waiting: number;
  /** Seconds of processor time for a thousand deliveries. */
  readonly deliveries: number;
  /** The same, and the memory of each tab after the messages, by part. */
  readonly deliveriesOf: Readonly<Record<Part, number>>;
  readonly memoryOf: Readonly<Record<Part, number>>;
  /** Bytes that the bridge takes for itself. */
  readonly baseMemory: number;
  readonly counted: Counted;
}

export function figuresOf(phases: Phases, { users, tabs }: Pick<CompareOptions, 'users' | 'tabs'>): Figures {
  const { nobody, first, further, idle, messages, counted } = phases;
  const all = users * tabs;
  const grown = (to: Costs, from = nobody.costs): number => total(difference(to, from), 'memory');
  const rate = scaled(difference(idle.costs, further.costs), 1 / idle.seconds);
  const spent = (to: Phases['idle'], from: Phases['idle']): Costs =>
    difference(difference(to.costs, from.costs), scaled(rate, to.seconds));
  const perThousand = scaled(spent(messages, idle), 1000 / counted.expected);
  return {
    idleMemory: grown(idle.costs) / all,
    loadedMemory: grown(messages.costs) / all,
    furtherMemory: grown(further.costs, first.costs) / (all - users),
    firstTab: (total(spent(first, nobody), 'processor') * 1000) / users,
    furtherTab: (total(spent(further, first), 'processor') * 1000) / (all - users),
    waiting: (total(rate, 'processor') * 60_000) / all,
    deliveries: total(perThousand, 'processor'),
    deliveriesOf: only(perThousand, 'processor'),
    memoryOf: only(scaled(difference(messages.costs, nobody.costs), 1 / all), 'memory'),
    baseMemory: nobody.costs.supervisor.memory + nobody.costs.worker.memory,
    counted,
  };
}

function mapped(costs: Costs, change: (cost: Cost, part: Part) => Cost): Costs {
  return Object.fromEntries(PARTS.map((part) => [part, change(costs[part], part)])) as Record<Part, Cost>;
}

function difference(to: Costs, from: Costs): Costs {
  return mapped(to, ({ memory, processor }, part) => ({
    memory: memory - from[part].memory,
    processor: processor - from[part].processor,
  }));
}

function scaled(costs: Costs, factor: number): Costs {
  return mapped(costs, ({ memory, processor }) => ({
    memory: memory * factor,
    processor: processor * factor,
  }));
}

function only(costs: Costs, what: keyof Cost): Record<Part, number> {
  return Object.fromEntries(PARTS.map((part) => [part, costs[part][what]])) as Record<Part, number>;
}
