/** Turns at something scarce: so many at once, so many more that wait, and each waits so long at the most. */
import { capacity, refusedAs, watchBounded, type Bounded } from './metrics/capacity.ts';
import { Tasks } from './tasks.ts';
import type { Busy } from './waited.ts';

export type Turn = 'taken' | 'full' | 'timeout';

/** What is counted of turns with a name, over all that have it. */
interface Tally {
  used: number;
  waiting: number;
}

/** By what metrics know turns, and those who wait for them. */
export interface TurnNames {
  readonly used: Bounded;
  readonly waiting: Bounded;
  /** Is there one of these for each user, or for all that it is counted over together? */
  readonly each?: boolean;
}

interface Waiter {
  readonly taken: () => void;
}

export class Turns {
  readonly limit: number;
  readonly queue: number;
  readonly #names: TurnNames | undefined;
  readonly #tally: Tally;
  #used = 0;
  /** A Set keeps the order, and lets one who gave up leave from the middle. */
  readonly #waiters = new Set<Waiter>();
  #underWay: Tasks | undefined;

  /** @param names left out, nothing is counted here: whoever has them counts */
  constructor(limit: number, queue: number, names?: TurnNames) {
    this.limit = limit;
    this.queue = queue;
    this.#names = names;
    this.#tally = names === undefined ? { used: 0, waiting: 0 } : tallyOf(names, { limit, queue });
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** What those do who have a turn, as far as they say so here. */
  get underWay(): Tasks {
    return (this.#underWay ??= new Tasks());
  }

  get state(): Busy {
    const behind = this.#underWay?.longest() ?? [];
    return { limit: this.limit, inUse: this.#used, waiting: this.#waiters.size, behind };
  }

  /** Who is answered `taken` must `give` it back; the others must not. */
  take(milliseconds: number): Promise<Turn> {
    return this.#names === undefined
      ? this.#take(milliseconds)
      : this.#takeCounted(milliseconds, this.#names.waiting);
  }

  async #takeCounted(milliseconds: number, of: Bounded): Promise<Turn> {
    const started = performance.now();
    const turn = await this.#take(milliseconds);
    capacity.waitSeconds.observe({ of }, (performance.now() - started) / 1000);
    if (turn !== 'taken') refusedAs(of, turn);
    return turn;
  }

  #take(milliseconds: number): Promise<Turn> {
    if (this.#used < this.limit) {
      this.#count(1);
      return Promise.resolve('taken');
    }
    if (this.#waiters.size >= this.queue) return Promise.resolve('full');
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#leave(waiter);
        resolve('timeout');
      }, milliseconds);
      const waiter: Waiter = {
        taken: () => {
          clearTimeout(timer);
          resolve('taken');
        },
      };
      this.#waiters.add(waiter);
      this.#tally.waiting += 1;
    });
  }

  /** The turn goes to who waited longest. */
  give(): void {
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#count(-1);
      return;
    }
    this.#leave(next);
    next.taken();
  }

  #leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#tally.waiting -= 1;
  }

  #count(change: 1 | -1): void {
    this.#used += change;
    this.#tally.used += change;
  }
}

const tallies = new Map<Bounded, Tally>();

function tallyOf(
  { used, waiting, each = false }: TurnNames,
  { limit, queue }: { limit: number; queue: number },
): Tally {
  const known = tallies.get(used);
  if (known !== undefined) return known;
  const tally: Tally = { used: 0, waiting: 0 };
  tallies.set(used, tally);
  watchBounded(used, () => tally.used, each ? undefined : limit);
  watchBounded(waiting, () => tally.waiting, each ? undefined : queue);
  return tally;
}
