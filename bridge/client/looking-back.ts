/** Brings older messages, page by page, as the person scrolls back. */
import type { Asker } from './asking.ts';
import type { Deeds } from './deeds.ts';
import { conversationIn, MOST_MESSAGES, withOlder } from './older.ts';
import type { Store } from './store.ts';

/** Messages of one page. */
const PAGE = 30;

export class LookingBack {
  readonly #asker: Asker;
  readonly #deeds: Deeds;
  readonly #store: Store;
  /** One page at a time for each conversation. */
  readonly #loading = new Map<string, Promise<void>>();

  constructor(asker: Asker, deeds: Deeds, store: Store) {
    this.#asker = asker;
    this.#deeds = deeds;
    this.#store = store;
  }

  /** Resolves when the next older page is in the state, or there is none. @throws CallFault */
  load(peer: string): Promise<void> {
    const loading = this.#loading.get(peer) ?? this.#load(peer).finally(() => this.#loading.delete(peer));
    this.#loading.set(peer, loading);
    return loading;
  }

  async #load(peer: string): Promise<void> {
    if (this.#store.state.snapshot === undefined) await this.#asker.ready();
    const { snapshot, user } = this.#store.state;
    const before = conversationIn(snapshot, peer);
    if (snapshot === undefined || before?.complete === true) return;
    if ((before?.messages.length ?? 0) >= MOST_MESSAGES) return;
    const oldest = before?.messages[0]?.id;
    const page = await this.#deeds.history(peer, {
      limit: PAGE,
      ...(oldest !== undefined && { before: oldest }),
    });
    const now = this.#store.state;
    // Meanwhile somebody else may have signed in, or a reconnect may have brought other messages.
    if (now.snapshot === undefined || now.user !== user) return;
    if (conversationIn(now.snapshot, peer)?.messages[0]?.id !== oldest) return;
    this.#store.change({ snapshot: withOlder(now.snapshot, peer, page.messages, page.complete) });
  }
}
