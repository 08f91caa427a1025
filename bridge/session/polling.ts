/** Reading on in a session's event log. Reading takes nothing away; the cursor acknowledges. */
import { gone, type CallError } from '../errors.ts';
import { cursorOf, positionOf } from './event-log.ts';
import { answerWithEvents } from './live.ts';
import type { Session } from './session.ts';
import { answer, type Deliver, type Tab } from './tab.ts';

/**
 * Answers at once when there are events after the cursor, else holds `deliver` until there are. A poll that the tab
 * had before is answered as superseded.
 *
 * @throws CallError `gone`: the cursor can't be served.
 */
export function poll(session: Session, tab: Tab, cursor: string, deliver: Deliver): void {
  const n = positionOf(session.log, cursor);
  if (n === undefined) throw cursorGone();
  answer(tab, { superseded: true });
  tab.seen = n;
  tab.poll = deliver;
  answerWithEvents(session, tab);
}

export function cursorGone(): CallError {
  return gone('this cursor can’t be served any more: connect');
}

/** Answers a poll whose time is over: with nothing, or with what came this very moment. */
export function timeUp(session: Session, tab: Tab, deliver: Deliver): void {
  if (tab.poll !== deliver) return;
  answerWithEvents(session, tab);
  answer(tab, { cursor: cursorOf(session.log), events: [], ring: [] });
}

/** The session goes to another worker, and the tab after it: with what there is to tell, or with its cursor alone. */
export function sendAway(session: Session, tab: Tab): void {
  answerWithEvents(session, tab);
  answer(tab, { moved: true, cursor: cursorOf(session.log, tab.seen) });
}
