/** Turns at something scarce: so many at once, so many more that wait, and each waits so long at the most. */

export type Turn = 'taken' | 'full' | 'timeout';

interface Waiter {
  readonly taken: () => void;
}

export class Turns {
  readonly limit: number;
  readonly queue: number;
  #used = 0;
  /** A Set keeps the order, and lets one who gave up leave from the middle. */
  readonly #waiters = new Set<Waiter>();

  constructor(limit: number, queue: number) {
    this.limit = limit;
    this.queue = queue;
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Who is answered `taken` must `give` it back; the others must not. */
  take(milliseconds: number): Promise<Turn> {
    if (this.#used < this.limit) {
      this.#used += 1;
      return Promise.resolve('taken');
    }
    if (this.#waiters.size >= this.queue) return Promise.resolve('full');
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        resolve('timeout');
      }, milliseconds);
      const waiter: Waiter = {
        taken: () => {
          clearTimeout(timer);
          resolve('taken');
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** The turn goes to who waited longest. */
  give(): void {
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#used -= 1;
      return;
    }
    this.#waiters.delete(next);
    next.taken();
  }
}
