/**
 * Keeps the order of the stream, which is the order of the archive. An own message stands at the place where
 * the server archived it, but may be told only when it is known not to have bounced: what comes after it
 * waits so long.
 */
export class InOrder<T> {
  readonly #tell: (item: T) => void;
  #line: { key: string | undefined; item: T; held: boolean; dropped: boolean }[] = [];

  constructor(tell: (item: T) => void) {
    this.#tell = tell;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Tells an item, at once or when its turn comes. */
  pass(item: T): void {
    if (this.#line.length === 0) this.#tell(item);
    else this.#line.push({ key: undefined, item, held: false, dropped: false });
  }

  /** Takes a place in the line for an item whose fate is open. */
  hold(key: string, item: T): void {
    this.#line.push({ key, item, held: true, dropped: false });
  }

  /** It may be told. Unknown keys are ignored. */
  release(key: string): void {
    this.#settle(key, false);
  }

  /** It did not happen. */
  drop(key: string): void {
    this.#settle(key, true);
  }

  #settle(key: string, dropped: boolean): void {
    const entry = this.#line.find((other) => other.key === key);
    if (entry === undefined) return;
    entry.held = false;
    entry.dropped = dropped;
    this.#advance();
  }

  #advance(): void {
    while (this.#line[0]?.held === false) {
      const entry = this.#line.shift();
      if (entry?.dropped === false) this.#tell(entry.item);
    }
  }
}
