/** Older messages that the person has scrolled back to. They stand in the snapshot before those that it brought. */
import type { Message } from '../protocol/events.ts';
import { isNewer } from '../protocol/order.ts';
import type { ConversationView, Snapshot } from '../protocol/snapshot.ts';
import type { Deeds } from './deeds.ts';
import type { Store } from './store.ts';

/** Messages of one page. */
const PAGE = 30;

/** Messages of one conversation at the most: more than anybody scrolls back; then the archive's search is the way. */
const MOST_MESSAGES = 2000;

export class Older {
  readonly #deeds: Deeds;
  readonly #store: Store;
  /** One page at a time for each conversation. */
  readonly #loading = new Map<string, Promise<void>>();

  constructor(deeds: Deeds, store: Store) {
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
    const { snapshot, user } = this.#store.state;
    const before = conversationOf(snapshot, peer);
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
    if (conversationOf(now.snapshot, peer)?.messages[0]?.id !== oldest) return;
    this.#store.change({ snapshot: withOlder(now.snapshot, peer, page.messages, page.complete) });
  }
}

export function withOlder(
  snapshot: Snapshot,
  peer: string,
  older: readonly Message[],
  complete: boolean,
): Snapshot {
  const known = conversationOf(snapshot, peer);
  const before: ConversationView = known ?? { with: peer, unread: 0, messages: [], complete };
  const after = { ...before, messages: merged(older, before.messages), complete };
  const conversations =
    known === undefined
      ? [...snapshot.conversations, after]
      : snapshot.conversations.map((one) => (one === known ? after : one));
  return { ...snapshot, conversations };
}

/**
 * A fresh snapshot, with the older messages that were shown already. Where its messages do not touch those,
 * something between is missing, and the fresh ones stand alone.
 */
export function keepOlder(shown: Snapshot | undefined, fresh: Snapshot): Snapshot {
  if (shown?.me.id !== fresh.me.id) return fresh;
  const conversations = fresh.conversations.map((conversation) => {
    const before = conversationOf(shown, conversation.with);
    const [oldest] = conversation.messages;
    if (before === undefined || oldest === undefined) return conversation;
    const place = before.messages.findIndex(({ id }) => id === oldest.id);
    if (place <= 0) return conversation;
    const messages = [...before.messages.slice(0, place), ...conversation.messages];
    return { ...conversation, messages, complete: before.complete };
  });
  return { ...fresh, conversations };
}

function merged(older: readonly Message[], newer: readonly Message[]): Message[] {
  const known = new Set(newer.map(({ id }) => id));
  return [...older.filter(({ id }) => !known.has(id)), ...newer].sort((a, b) => (isNewer(a, b) ? 1 : -1));
}

function conversationOf(snapshot: Snapshot | undefined, peer: string): ConversationView | undefined {
  return snapshot?.conversations.find((one) => one.with === peer);
}
