/** One call of a kind under way, and what came meanwhile in one more: the last word counts, and no burst of them goes out. */
export class Latest<T, R = unknown> {
  readonly #work: (value: T) => Promise<R>;
  readonly #merge: (before: T, after: T) => T;
  #running: Promise<R> | undefined;
  #next: { value: T; done: Promise<R> } | undefined;

  constructor(work: (value: T) => Promise<R>, merge: (before: T, after: T) => T = (_, after) => after) {
    this.#work = work;
    this.#merge = merge;
  }

  /** Settles when this value, or one that it is part of, has been worked on. */
  put(value: T): Promise<R> {
    if (this.#running === undefined) return this.#run(value);
    if (this.#next !== undefined) {
      this.#next.value = this.#merge(this.#next.value, value);
      return this.#next.done;
    }
    const done = this.#running.then(
      () => this.#runNext(value),
      () => this.#runNext(value),
    );
    this.#next = { value, done };
    return done;
  }

  #runNext(first: T): Promise<R> {
    const { value } = this.#next ?? { value: first };
    this.#next = undefined;
    return this.#run(value);
  }

  #run(value: T): Promise<R> {
    const running = this.#work(value).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
