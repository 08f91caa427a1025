/** One call of a kind under way, and what came meanwhile in one more: the last word counts, and no burst of them goes out. */
export class Latest<T> {
  readonly #work: (value: T) => Promise<unknown>;
  readonly #merge: (before: T, after: T) => T;
  #running: Promise<void> | undefined;
  #next: { value: T; done: Promise<void> } | undefined;

  constructor(work: (value: T) => Promise<unknown>, merge: (before: T, after: T) => T = (_, after) => after) {
    this.#work = work;
    this.#merge = merge;
  }

  /** Settles when this value, or one that it is part of, has been worked on. */
  put(value: T): Promise<void> {
    if (this.#running === undefined) return this.#run(value);
    if (this.#next !== undefined) {
      this.#next.value = this.#merge(this.#next.value, value);
      return this.#next.done;
    }
    const next = { value, done: this.#running.catch(() => undefined).then(() => this.#runNext()) };
    this.#next = next;
    return next.done;
  }

  #runNext(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    return next === undefined ? Promise.resolve() : this.#run(next.value);
  }

  #run(value: T): Promise<void> {
    const running = this.#work(value)
      .then(() => undefined)
      .finally(() => {
        if (this.#running === running) this.#running = undefined;
      });
    this.#running = running;
    return running;
  }
}
