/** Workers that have ended, and whose journal no other has taken over yet. */
import type { Log } from '../log.ts';

/** Workers that may end while they read a journal: one that ends each of them would do so for ever. */
const MOST_ENDED = 3;

export class LeftJournals {
  readonly #log: Log;
  readonly #forget: (worker: number) => void;
  /** By worker, the oldest first: how many have ended that had its journal to read. */
  readonly #ended: Map<number, number>;

  /** @param found of workers that nobody knows any more, the oldest first */
  constructor(found: readonly number[], forget: (worker: number) => void, log: Log) {
    this.#ended = new Map(found.map((worker) => [worker, 0]));
    this.#forget = forget;
    this.#log = log;
  }

  get all(): number[] {
    return [...this.#ended.keys()];
  }

  /** This worker has ended. */
  leave(worker: number): void {
    this.#ended.set(worker, 0);
  }

  /** A worker that had all of them to read has ended: it may be that one of them was to blame. */
  blame(): void {
    for (const [worker, ended] of this.#ended) {
      this.#ended.set(worker, ended + 1);
      if (ended + 1 < MOST_ENDED) continue;
      this.#log.event('journal-removed', { worker });
      this.adopted([worker]);
    }
  }

  adopted(workers: readonly number[]): void {
    for (const worker of workers) {
      this.#ended.delete(worker);
      this.#forget(worker);
    }
  }
}
