/** Messages live and from the archive -> the conversations of a session, and what is unread in them. */
import type { EventBody, Message } from '../protocol/events.ts';
import { byMessageId, isNewer } from '../protocol/order.ts';
import type { ConversationView, Snapshot } from '../protocol/snapshot.ts';
import type { SessionLimits, Session } from './session.ts';

export function conversationWith(session: Session, peer: string): ConversationView | undefined {
  return session.view.conversations.find((conversation) => conversation.with === peer);
}

/** A message that came live, or by a carbon; nothing when it is there already. */
export function messageEvents(session: Session, message: Message): EventBody[] {
  const conversation = conversationWith(session, message.with);
  if (conversation?.messages.some((other) => other.id === message.id) === true) return [];
  return [{ type: 'message', ...message }];
}

/** Messages that came while the session did not listen: the missing ones, in the order of the archive. */
export function missedEvents(session: Session, messages: readonly Message[]): EventBody[] {
  const fresh = new Map(messages.map((message) => [message.id, message]));
  return [...fresh.values()]
    .filter((message) => !isTrimmed(session, message))
    .sort((a, b) => (isNewer(a, b) ? 1 : -1))
    .flatMap((message) => messageEvents(session, message));
}

/**
 * Is it older than what is kept of a conversation that is full? Then it is known, and was let go. One that is not
 * full may have begun with a live message, newer than those that were missed.
 */
function isTrimmed(session: Session, message: Message): boolean {
  const { messages = [], complete = true } = conversationWith(session, message.with) ?? {};
  const [oldest] = messages;
  if (complete || oldest === undefined || messages.length < session.limits.messages) return false;
  return isNewer(oldest, message);
}

/** What a message does to the count of its conversation, once it stands there. */
export function unreadAfter(session: Session, message: Message): EventBody[] {
  const conversation = conversationWith(session, message.with);
  if (conversation === undefined) return [];
  // Who answers has read. Where nothing is unread, the marker says so already.
  if (message.from === session.user)
    return conversation.unread === 0 ? [] : readEvents(conversation, message.id);
  if (!isPast(message.id, conversation.readUpTo)) return [];
  return unreadEvents(conversation, conversation.readUpTo, conversation.unread + 1);
}

/** The read marker moves to this message, if that is forward. */
export function readEvents(conversation: ConversationView, upTo: string): EventBody[] {
  if (!isPast(upTo, conversation.readUpTo)) return [];
  return unreadEvents(conversation, upTo, conversation.unread);
}

/** @param otherwise the count where the messages at hand do not go back to the marker */
function unreadEvents(
  conversation: ConversationView,
  readUpTo: string | undefined,
  otherwise: number,
): EventBody[] {
  const unread = countOf(conversation, readUpTo) ?? otherwise;
  if (unread === conversation.unread && readUpTo === conversation.readUpTo) return [];
  return [{ type: 'unread', with: conversation.with, unread, ...(readUpTo !== undefined && { readUpTo }) }];
}

/** Messages of the peer past the marker; undefined when it lies before the messages at hand. */
export function countOf(
  { with: peer, messages, complete }: ConversationView,
  readUpTo: string | undefined,
): number | undefined {
  const [oldest] = messages;
  const isCovered =
    complete || (readUpTo !== undefined && oldest !== undefined && !isPast(oldest.id, readUpTo));
  if (!isCovered) return undefined;
  return messages.filter(({ id, from }) => from === peer && isPast(id, readUpTo)).length;
}

export function isPast(id: string, marker: string | undefined): boolean {
  return marker === undefined || byMessageId(id, marker) > 0;
}

export function laterOf(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return byMessageId(a, b) > 0 ? a : b;
}

export function trimmed(view: Snapshot, limits: SessionLimits): Snapshot {
  const long = view.conversations.some((conversation) => conversation.messages.length > limits.messages);
  if (!long && view.conversations.length <= limits.conversations) return view;
  const kept = view.conversations.slice(0, limits.conversations);
  return { ...view, conversations: kept.map((conversation) => newestOf(conversation, limits.messages)) };
}

export function newestOf(conversation: ConversationView, count: number): ConversationView {
  if (conversation.messages.length <= count) return conversation;
  return { ...conversation, messages: conversation.messages.slice(-count), complete: false };
}
