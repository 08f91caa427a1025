/** Whose window the page wants opened. A wish from before there is a snapshot waits for it; the last one counts. */
export class Wishes {
  #hear: ((user: string) => void) | undefined;
  #waiting: string | undefined;

  tell(user: string): void {
    if (this.#hear === undefined) this.#waiting = user;
    else this.#hear(user);
  }

  /** Returns what ends it. */
  hear(listener: (user: string) => void): () => void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#hear = listener;
    if (waiting !== undefined) listener(waiting);
    return () => {
      if (this.#hear === listener) this.#hear = undefined;
    };
  }
}
