/** A session with its XMPP side, and how what happens to it reaches the tabs that wait. */
import type { EventBody } from '../protocol/events.ts';
import { cursorOf, since } from './event-log.ts';
import { dumpSession, type SessionRecord } from './hand-over.ts';
import type { Input, LinkRecord, Upstream } from './ports.ts';
import { ringsOf } from './rings.ts';
import type { Session } from './session.ts';
import { tell } from './tell.ts';
import { answer, type Tab } from './tab.ts';

export interface Live {
  readonly session: Session;
  readonly upstream: Upstream;
  /** Told of every event, for counting. */
  readonly onEvent: (event: EventBody) => void;
  /** Its tabs have changed, or how the person appears: a successor is to know. */
  readonly changed: () => void;
  /** Are its polls to be woken at the end of this turn? */
  waking: boolean;
  /** Are they to be woken soon? */
  wakingSoon: boolean;
  /** Is the row being read, as somebody else has written it; and is that to be done once more after it? */
  reloading: boolean;
  reloadAgain: boolean;
  /** Could it not be read? */
  behind: boolean;
  /** Has the row been written since the link came up? What was said of it may be lost with the stream. */
  written: boolean;
  /** A fault of ours in this session: thrown from a timer, it would end all of them. */
  readonly failed: (error: unknown) => void;
  /** Why the server ended it for good, perhaps before it was open. */
  ended: Extract<Input, { type: 'ended' }>['reason'] | undefined;
}

/** A session with its XMPP side, as plain data. */
export interface LiveRecord {
  readonly session: SessionRecord;
  readonly link: LinkRecord;
  readonly written: boolean;
  readonly behind: boolean;
}

/** @param link of the XMPP side; `now` as for events */
export function recordOf({ session, written, behind }: Live, link: LinkRecord, now: number): LiveRecord {
  return { session: dumpSession(session, now), link, written, behind };
}

/** Makes events happen, and wakes who waits for them. */
export function happen(live: Live, events: readonly EventBody[], now: number): void {
  told(
    live,
    events.flatMap((event) => tell(live.session, event, now)),
  );
}

/**
 * Milliseconds that an own message, its receipt and the own read marker may wait: they come shortly after each other,
 * and one answer for each tab then has all. The tab that sent it has been answered by itself.
 */
const OWN_MAY_WAIT = 30;

/** Wakes the polls of a session to which something has happened. */
export function told(live: Live, events: readonly EventBody[]): void {
  events.forEach(live.onEvent);
  if (events.length === 0) return;
  if (events.every((event) => mayWait(live, event))) wakeSoon(live);
  else wake(live);
}

function mayWait({ session }: Live, event: EventBody): boolean {
  if (event.type === 'message') return event.from === session.user;
  return event.type === 'receipt' || event.type === 'unread';
}

function wakeSoon(live: Live): void {
  if (live.wakingSoon) return;
  live.wakingSoon = true;
  setTimeout(() => {
    live.wakingSoon = false;
    wake(live);
  }, OWN_MAY_WAIT);
}

/** At the end of this turn: all that one chunk of the stream brought goes out in one answer. */
export function wake(live: Live): void {
  if (live.waking) return;
  live.waking = true;
  setImmediate(() => {
    live.waking = false;
    try {
      for (const tab of live.session.tabs.values()) answerWithEvents(live.session, tab);
    } catch (error) {
      live.failed(error);
    }
  });
}

/** Answers the poll of a tab that has not seen all; one of a life that has ended is gone. */
export function answerWithEvents(session: Session, tab: Tab): void {
  if (tab.poll === undefined || tab.seen === session.log.last) return;
  const events = tab.seen < session.log.last ? since(session.log, tab.seen) : undefined;
  answer(
    tab,
    events === undefined
      ? { gone: true }
      : { cursor: cursorOf(session.log), events, ring: ringsOf(session, tab, tab.seen) },
  );
}
