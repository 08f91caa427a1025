/** What the archive had that the session did not know: live when tabs watch, else put in its place at once. */
import type { EventBody, Message } from '../protocol/events.ts';
import { isNewer } from '../protocol/order.ts';
import type { ConversationView } from '../protocol/snapshot.ts';
import { conversationWith, countOf, isPast, laterOf, missedEvents, trimmed } from './conversations.ts';
import { createEventLog } from './event-log.ts';
import type { CaughtUp, Page } from './ports.ts';
import type { Session } from './session.ts';

/** @param epoch a new one, for the case of a gap: what tabs have can't be continued then, and they connect */
export function caughtUpEvents(
  session: Session,
  { conversations, gap }: CaughtUp,
  epoch: string,
): EventBody[] {
  if (session.watched && !gap) {
    return missedEvents(
      session,
      conversations.flatMap(({ messages }) => messages),
    );
  }
  for (const page of conversations) putInPlace(session, page, gap);
  const ordered = session.view.conversations.toSorted(newestFirst);
  session.view = trimmed({ ...session.view, conversations: ordered }, session.limits);
  session.newest = newestOfAll(session);
  session.caughtUp = true;
  if (session.watched) startAnew(session, epoch);
  return [];
}

function startAnew(session: Session, epoch: string): void {
  session.log = createEventLog(epoch, session.limits.events);
  session.rings.clear();
  session.watched = false;
}

/** The archive's messages, and those that came live meanwhile, of which the archive may know too. */
function putInPlace(session: Session, page: Page & { readonly with: string }, gap: boolean): void {
  const before = conversationWith(session, page.with) ?? emptyWith(page.with);
  const [oldest] = page.messages;
  // Beyond a gap nothing can be kept: between it and the page, messages are missing.
  const kept = before.messages.filter(
    (message) => !gap || (oldest !== undefined && !isNewer(oldest, message)),
  );
  const messages = merged(page.messages, kept);
  const after = counted(session, { ...before, messages, complete: page.complete });
  const others = session.view.conversations.filter((conversation) => conversation.with !== page.with);
  session.view = { ...session.view, conversations: [...others, after] };
}

function merged(archived: readonly Message[], live: readonly Message[]): Message[] {
  const byId = new Map([...archived, ...live].map((message) => [message.id, message]));
  return [...byId.values()].sort((a, b) => (isNewer(a, b) ? 1 : -1));
}

/** By the marker where the messages go back to it; else what was counted before, and those that came since. */
function counted(session: Session, conversation: ConversationView): ConversationView {
  const { with: peer, messages, unread } = conversation;
  const lastOwn = messages.findLast(({ from }) => from === session.user)?.id;
  const readUpTo = laterOf(conversation.readUpTo, lastOwn);
  const since = messages.filter(
    ({ id, from }) => from === peer && isPast(id, session.newest?.id) && isPast(id, readUpTo),
  );
  return {
    ...conversation,
    ...(readUpTo !== undefined && { readUpTo }),
    unread: countOf(conversation, readUpTo) ?? unread + since.length,
  };
}

function newestOfAll({ view, newest }: Session): Session['newest'] {
  const last = view.conversations[0]?.messages.at(-1);
  if (last === undefined || (newest !== undefined && isNewer(newest, last))) return newest;
  return { id: last.id, at: last.at };
}

function newestFirst(a: ConversationView, b: ConversationView): number {
  const [last, other] = [a.messages.at(-1), b.messages.at(-1)];
  if (last === undefined || other === undefined)
    return Number(last === undefined) - Number(other === undefined);
  return isNewer(last, other) ? -1 : 1;
}

function emptyWith(peer: string): ConversationView {
  return { with: peer, unread: 0, messages: [], complete: false };
}
