/** Takes in what the XMPP side says: input -> events. */
import type { EventBody } from '../protocol/events.ts';
import { caughtUpEvents } from './catch-up.ts';
import { messageEvents } from './conversations.ts';
import { meEvents, ownResourceEvents } from './me.ts';
import type { Input } from './ports.ts';
import { displayedEvents, receiptEvents } from './receipts.ts';
import { itemEvents, presenceEvents, removedEvents, resetEvents, rosterEvents } from './roster.ts';
import type { Session } from './session.ts';
import { tell } from './tell.ts';
import { typingEvents } from './typing.ts';

/** @param epoch a new one, in case that what tabs have can't be continued. Returns the events that it made. */
export function take(session: Session, input: Input, now: number, epoch: string): EventBody[] {
  return eventsOf(session, input, epoch).flatMap((event) => tell(session, event, now));
}

function eventsOf(session: Session, input: Input, epoch: string): EventBody[] {
  switch (input.type) {
    case 'roster':
      return rosterEvents(session, input.items);
    case 'roster-item':
      return itemEvents(session, input.item);
    case 'roster-removed':
      return removedEvents(session, input.id);
    case 'presence':
      return input.id === session.user ? ownResourceEvents(session, input) : presenceEvents(session, input);
    case 'presence-reset':
      session.own.clear();
      session.writing.clear();
      return [...resetEvents(session), ...meEvents(session)];
    case 'message':
      return messageEvents(session, input.message);
    case 'history':
      return caughtUpEvents(session, input, epoch);
    case 'typing':
      return typingEvents(session, input);
    case 'delivered':
    case 'bounced':
      return receiptEvents(session, input);
    case 'displayed':
      return displayedEvents(session, input);
    case 'link':
      return session.view.connected === input.connected ? [] : [{ type: 'link', connected: input.connected }];
    case 'state-changed':
      return []; // the row is read by keeping.ts
    case 'ended':
      return [{ type: 'bye', reason: input.reason }];
  }
}
