/**
 * The pages of one browser that share a connection, as one of them knows them: at which the person is, and which
 * they used last. Pure bookkeeping; every page keeps it, so that each can take over.
 */

/** What a page says of itself. */
export interface PageInfo {
  readonly id: string;
  /** Is the person there? */
  readonly active: boolean;
  /** The browser's own name for the page (Web Locks, `clientId`), where it is known. */
  readonly client?: string;
}

/** Pages that are kept in mind; more share as well, but never ring. */
export const MOST_PAGES = 200;

export class Pages {
  /** In the order in which the person used them, the last one last. */
  readonly #all = new Map<string, PageInfo>();

  /** It has come, or says something new of itself. One that the person is at is the last one used. */
  here({ id, active, client }: PageInfo): void {
    const before = this.#all.get(id);
    if (before === undefined && this.#all.size >= MOST_PAGES) return;
    const known = client ?? before?.client;
    const entry = { id, active, ...(known !== undefined && { client: known }) };
    if (active) this.#all.delete(id); // and in again, at the end
    if (active || before !== undefined) this.#all.set(id, entry);
    else this.#putFirst(entry);
  }

  gone(id: string): void {
    this.#all.delete(id);
  }

  /**
   * Those that crashed have said nothing: `alive` has the clients that the browser lists. A page asks for the lock
   * before it tells its client, so one that is not listed is gone.
   */
  prune(alive: ReadonlySet<string>): void {
    for (const { id, client } of this.list)
      if (client !== undefined && !alive.has(client)) this.#all.delete(id);
  }

  /** Is there another than this one? */
  othersThan(id: string): boolean {
    return this.#all.size > (this.#all.has(id) ? 1 : 0);
  }

  get anyActive(): boolean {
    return [...this.#all.values()].some(({ active }) => active);
  }

  /** The page that the person used last. */
  get last(): string | undefined {
    return [...this.#all.keys()].at(-1);
  }

  /** For a page that does not know them yet; the last one used is the last. */
  get list(): PageInfo[] {
    return [...this.#all.values()];
  }

  /** Takes in another page's list. What is known here already stays in its order behind it. */
  learn(list: readonly PageInfo[]): void {
    const own = this.list;
    this.#all.clear();
    const known = new Set(own.map(({ id }) => id));
    for (const info of list) if (!known.has(info.id)) this.#put(info);
    for (const info of own) this.#put(info);
  }

  /** One that was opened in the background has not been used. */
  #putFirst(info: PageInfo): void {
    const others = [...this.#all.values()];
    this.#all.clear();
    for (const one of [info, ...others]) this.#all.set(one.id, one);
  }

  #put(info: PageInfo): void {
    if (this.#all.size < MOST_PAGES) this.#all.set(info.id, info);
  }
}
