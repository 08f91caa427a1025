/** Older messages that the person has scrolled back to: they stand in the snapshot before those that it brought. Pure. */
import type { Message } from '../protocol/events.ts';
import { isNewer } from '../protocol/order.ts';
import type { ConversationView, Snapshot } from '../protocol/snapshot.ts';

/** Messages of one conversation at the most: more than anybody scrolls back; then the archive's search is the way. */
export const MOST_MESSAGES = 2000;
/** How many go at once when there are more: the list is not drawn anew at every message from there on. */
const SURPLUS = 200;

/** A page may be open for weeks: the oldest messages make room, and the archive still has them. */
export function withoutSurplus(snapshot: Snapshot): Snapshot {
  if (snapshot.conversations.every(({ messages }) => messages.length <= MOST_MESSAGES)) return snapshot;
  const conversations = snapshot.conversations.map((one) =>
    one.messages.length <= MOST_MESSAGES
      ? one
      : { ...one, messages: one.messages.slice(SURPLUS - MOST_MESSAGES), complete: false },
  );
  return { ...snapshot, conversations };
}

export function withOlder(
  snapshot: Snapshot,
  peer: string,
  older: readonly Message[],
  complete: boolean,
): Snapshot {
  const known = conversationIn(snapshot, peer);
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
    const before = conversationIn(shown, conversation.with);
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

export function conversationIn(snapshot: Snapshot | undefined, peer: string): ConversationView | undefined {
  return snapshot?.conversations.find((one) => one.with === peer);
}
