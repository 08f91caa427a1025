/** A session -> what is kept of it, and the words of two workers of one user -> one row. */
import type { EventBody, Message } from '../protocol/events.ts';
import { isNewer } from '../protocol/order.ts';
import { conversationWith, isPast, laterOf, readEvents } from './conversations.ts';
import type { Session } from './session.ts';
import type { KeptConversation, UserState } from './states.ts';

/** How far this session is: its conversations, and the newest message that they count. */
export type Progress = Pick<UserState, 'conversations' | 'newest'>;

export function progressOf({ view, newest }: Session): Progress {
  return {
    ...(newest !== undefined && { newest }),
    conversations: view.conversations.map(({ with: peer, unread, readUpTo, peerReadUpTo }) => ({
      with: peer,
      unread,
      ...(readUpTo !== undefined && { readUpTo }),
      ...(peerReadUpTo !== undefined && { peerReadUpTo }),
    })),
  };
}

/** What a marker names to the peer: the last message of the peer's up to it, if it is at hand. */
export function messageRead(session: Session, peer: string, upTo: string): Message | undefined {
  const messages = conversationWith(session, peer)?.messages;
  return messages?.findLast(({ id, from }) => from === peer && !isPast(id, upTo));
}

/** The peer knows from elsewhere that this has been read: an answer, or the marker of another device. */
export function noteTold(session: Session, message: Message | undefined): void {
  if (message !== undefined) session.told.set(message.with, message);
}

/** The row, in which the peer finds that this message has been read. Nobody does of a user who is invisible. */
export function withTold(stored: UserState, { with: peer, cid, at }: Message): UserState {
  if (stored.presence.show === 'invisible') return stored;
  const told = (conversation: KeptConversation): KeptConversation =>
    conversation.with !== peer || (conversation.readAt ?? '') >= at
      ? conversation
      : { ...conversation, readAt: at, ...(cid !== undefined && { readCid: cid }) };
  return { ...stored, conversations: stored.conversations.map(told) };
}

/**
 * The row with this progress in it. Of each conversation the later marker counts; where both have the same, who
 * has seen the newer messages knows the count.
 */
export function withProgress(stored: UserState, mine: Progress, most: number): UserState {
  const isMineNewer = isLater(mine.newest, stored.newest);
  const others = new Map(stored.conversations.map((conversation) => [conversation.with, conversation]));
  const both = mine.conversations.map((conversation) => {
    const other = others.get(conversation.with);
    others.delete(conversation.with);
    return other === undefined ? conversation : merged(conversation, other, isMineNewer);
  });
  const newest = isMineNewer ? mine.newest : stored.newest;
  return {
    ...stored,
    ...(newest !== undefined && { newest }),
    conversations: [...both, ...others.values()].slice(0, most),
  };
}

function isLater(a: UserState['newest'], b: UserState['newest']): boolean {
  return b === undefined || (a !== undefined && !isNewer(b, a));
}

function merged(mine: KeptConversation, stored: KeptConversation, isMineNewer: boolean): KeptConversation {
  const peerReadUpTo = laterOf(mine.peerReadUpTo, stored.peerReadUpTo);
  const isSame = mine.readUpTo === stored.readUpTo;
  const isMineAhead =
    mine.readUpTo !== undefined && (stored.readUpTo === undefined || isPast(mine.readUpTo, stored.readUpTo));
  const chosen = (isSame ? isMineNewer : isMineAhead) ? mine : stored;
  const { readCid, readAt } = stored;
  return {
    ...chosen,
    ...(readCid !== undefined && { readCid }),
    ...(readAt !== undefined && { readAt }),
    ...(peerReadUpTo !== undefined && { peerReadUpTo }),
  };
}

/** What another worker of the user has written, as far as this session does not show it yet. */
export function storedEvents(session: Session, stored: UserState): EventBody[] {
  const read = stored.conversations.flatMap(({ with: peer, readUpTo }) => {
    const conversation = conversationWith(session, peer);
    return conversation === undefined || readUpTo === undefined ? [] : readEvents(conversation, readUpTo);
  });
  return [...uiEvents(session, stored), ...read];
}

/** Shows the UI state as it is stored, unless a later one is shown already. */
export function uiEvents({ view }: Session, { ui, uiVersion }: UserState): EventBody[] {
  if (uiVersion <= view.uiVersion) return [];
  const removed = Object.keys(view.ui).filter((key) => !Object.hasOwn(ui, key));
  const changed = Object.entries(ui).filter(
    ([key, value]) => !Object.hasOwn(view.ui, key) || JSON.stringify(view.ui[key]) !== JSON.stringify(value),
  );
  const set = Object.fromEntries([...removed.map((key) => [key, null] as const), ...changed]);
  return [{ type: 'ui', set, version: uiVersion }];
}
