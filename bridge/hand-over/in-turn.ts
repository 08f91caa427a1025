/** What is to be done for each user, in turn: those first for whom somebody calls. Every step costs the same, however many there are. */

export class InTurn<T> {
  readonly #left = new Map<string, T>();
  /** The first who was called for is the next. */
  readonly #preferred = new Set<string>();

  get users(): Iterable<string> {
    return this.#left.keys();
  }

  get(user: string): T | undefined {
    return this.#left.get(user);
  }

  /** In place of what there was for this user. */
  put(user: string, what: T): void {
    this.#left.set(user, what);
  }

  /** Somebody calls for this one. */
  prefer(user: string): void {
    if (this.#left.has(user)) this.#preferred.add(user);
  }

  /** It is not to be done any more. */
  drop(user: string): void {
    this.#left.delete(user);
    this.#preferred.delete(user);
  }

  /** Takes this one out; undefined when it is not to be done, or has been. */
  take(user: string): T | undefined {
    const what = this.#left.get(user);
    this.drop(user);
    return what;
  }

  clear(): void {
    this.#left.clear();
    this.#preferred.clear();
  }

  /** Takes the next one out. */
  next(): readonly [user: string, what: T] | undefined {
    const [user] = this.#preferred.size > 0 ? this.#preferred : this.#left.keys();
    if (user === undefined) return undefined;
    const what = this.#left.get(user) as T; // who is preferred is left
    this.drop(user);
    return [user, what];
  }
}
