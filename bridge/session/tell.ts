/**
 * Makes events happen to a session. Its state changes by `applyEvent` alone, the function that tabs use: so a
 * snapshot with the later events applied to it equals a fresh snapshot, by construction.
 */
import type { EventBody } from '../protocol/events.ts';
import { isNewer } from '../protocol/order.ts';
import { applyEvent, type Snapshot } from '../protocol/snapshot.ts';
import { newestOf, trimmed, unreadAfter } from './conversations.ts';
import { append, cursorOf } from './event-log.ts';
import { messageRead, noteTold } from './kept.ts';
import { earlyReceiptOf } from './receipts.ts';
import type { Session } from './session.ts';

/** What a fresh tab is given, and the cursor that goes with it. */
export function snapshotOf(session: Session): { snapshot: Snapshot; cursor: string } {
  const conversations = session.view.conversations.map((conversation) =>
    newestOf(conversation, session.limits.snapshot),
  );
  return { snapshot: { ...session.view, conversations }, cursor: cursorOf(session.log) };
}

/** Makes an event happen, and what follows from it: the state changes, and every tab will see it. */
export function tell(session: Session, event: EventBody, now: number): EventBody[] {
  session.view = trimmed(applyEvent(session.view, event), session.limits);
  if (session.watched) append(session.log, event, now);
  if (isKept(event)) session.unsavedSince ??= now;
  return [event, ...consequences(session, event).flatMap((next) => tell(session, next, now))];
}

/** A message counts as unread, or moves the read marker when it is the user's own. */
function consequences(session: Session, event: EventBody): EventBody[] {
  // Before the archive has been looked at nobody knows what else there is: catch-up.ts counts it all.
  if (event.type !== 'message' || !session.caughtUp) return [];
  if (session.newest === undefined || isNewer(event, session.newest))
    session.newest = { id: event.id, at: event.at };
  if (event.from === session.user) noteTold(session, messageRead(session, event.with, event.id));
  return [...unreadAfter(session, event), ...earlyReceiptOf(session, event)];
}

function isKept({ type }: EventBody): boolean {
  return type === 'message' || type === 'unread' || type === 'peer-read';
}
