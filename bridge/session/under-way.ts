/** Calls of each user that are being done: a session that leaves waits for them. */

export class UnderWay {
  readonly #calls = new Map<string, number>();
  readonly #idle = new Map<string, (() => void)[]>();

  async run<T>(user: string, work: () => Promise<T> | T): Promise<T> {
    this.#calls.set(user, (this.#calls.get(user) ?? 0) + 1);
    try {
      return await work();
    } finally {
      this.#done(user);
    }
  }

  /** Resolves when none is being done, or after so many milliseconds: to whether they are done. */
  idle(user: string, patience: number): Promise<boolean> {
    if (!this.#calls.has(user)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), patience);
      const waiting = this.#idle.get(user) ?? [];
      this.#idle.set(user, waiting);
      waiting.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #done(user: string): void {
    const left = (this.#calls.get(user) ?? 1) - 1;
    if (left > 0) {
      this.#calls.set(user, left);
      return;
    }
    this.#calls.delete(user);
    const waiting = this.#idle.get(user) ?? [];
    this.#idle.delete(user);
    for (const tell of waiting) tell();
  }
}
