/** Work for many keys, for each key one after the other: so much waits, and each so long at the most. */
import { CallSite } from '../call-site.ts';
import { unavailable } from '../errors.ts';
import { Turns, type Turn } from '../turns.ts';
import { noTurn } from '../waited.ts';

export interface InOrderOptions {
  /** For one key. */
  readonly waiting: number;
  /** Milliseconds. */
  readonly patience: number;
  readonly onRefused: (reason: Exclude<Turn, 'taken'>) => void;
}

const NAMES = { used: 'writes', waiting: 'write-queue', each: true } as const;

export class InOrder {
  readonly #options: InOrderOptions;
  readonly #turns = new Map<string, Turns>();

  constructor(options: InOrderOptions) {
    this.#options = options;
  }

  /** Keys with work that is being done, or waits. */
  get size(): number {
    return this.#turns.size;
  }

  /** @throws CallError `unavailable`: the work before it does not come to an end. It was not begun. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#turnsOf(key);
    const [started, site] = [performance.now(), new CallSite()];
    const turn = await turns.take(this.#options.patience);
    if (turn !== 'taken') {
      this.#options.onRefused(turn);
      const cause = noTurn('the writes before it', started, turns.state, site);
      throw unavailable('what was to be stored before this is not stored yet', cause);
    }
    try {
      return await work();
    } finally {
      turns.give();
      if (turns.used === 0) this.#turns.delete(key);
    }
  }

  #turnsOf(key: string): Turns {
    const turns = this.#turns.get(key) ?? new Turns(1, this.#options.waiting, NAMES);
    this.#turns.set(key, turns);
    return turns;
  }
}
