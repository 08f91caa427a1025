/**
 * A session: all that the bridge holds for one user, shared by the user's tabs. Plain data; what may happen
 * to it are functions (here, and in the files beside it), and none of them waits in the middle of a change.
 *
 * Its state IS a snapshot, and changes by `applyEvent` alone, the function that tabs use: so a snapshot with
 * the later events applied to it equals a fresh snapshot, by construction.
 */
import type { EventBody } from '../protocol/events.ts';
import { isNewer } from '../protocol/order.ts';
import { applyEvent, type Me, type Snapshot } from '../protocol/snapshot.ts';
import { newestOf, trimmed, unreadAfter } from './conversations.ts';
import { append, createEventLog, cursorOf, type EventLog } from './event-log.ts';
import { earlyReceiptOf, type EarlyReceipts } from './receipts.ts';
import type { OwnPresence } from './ports.ts';
import type { Bucket } from './rate.ts';
import type { Resources } from './resources.ts';
import type { NewestMessage, UserState } from './states.ts';
import type { Tab } from './tab.ts';

/** Messages of each conversation in a snapshot. */
const SNAPSHOT_MESSAGES = 20;

export interface SessionLimits {
  readonly events: number;
  readonly conversations: number;
  readonly messages: number;
  readonly friends: number;
}

export interface Session {
  readonly user: string;
  readonly limits: SessionLimits;
  view: Snapshot;
  log: EventLog;
  readonly tabs: Map<string, Tab>;
  /** The presence of friends, by friend and resource: also of those whose roster entry is still to come. */
  readonly resources: Map<string, Resources>;
  /** The user's own other resources: native clients, other workers. */
  readonly own: Resources;
  /** How the person chose to appear. */
  chosen: OwnPresence;
  /** Monotonic milliseconds since when no tab has been active; undefined while one is. */
  inactiveSince: number | undefined;
  /** Has that been so for long? */
  idle: boolean;
  /** The newest message of all. */
  newest: NewestMessage | undefined;
  /** Has the archive been looked at since it began? */
  caughtUp: boolean;
  /** The tab that should ring for a message, by the event's number. */
  readonly rings: Map<number, string>;
  readonly earlyReceipts: EarlyReceipts;
  readonly sends: Bucket;
  readonly calls: Bucket;
  /** Until a tab has had a snapshot, nobody needs the events that led to it. */
  watched: boolean;
  /** Monotonic milliseconds since when it has had no tab; undefined while it has one. */
  emptySince: number | undefined;
  /** Monotonic milliseconds since when there is something that the user's row does not have yet. */
  unsavedSince: number | undefined;
}

export interface SessionStart {
  readonly user: string;
  readonly epoch: string;
  readonly me: Omit<Me, 'show'>;
  readonly state: UserState;
  readonly limits: SessionLimits;
  readonly sends: Bucket;
  readonly calls: Bucket;
  readonly now: number;
}

export function createSession({ user, epoch, me, state, limits, sends, calls, now }: SessionStart): Session {
  return {
    user,
    limits,
    view: firstView(me, state),
    log: createEventLog(epoch, limits.events),
    tabs: new Map(),
    resources: new Map(),
    own: new Map(),
    chosen: state.presence,
    inactiveSince: now,
    idle: false,
    newest: state.newest,
    caughtUp: false,
    rings: new Map(),
    earlyReceipts: new Map(),
    sends,
    calls,
    watched: false,
    emptySince: now,
    unsavedSince: undefined,
  };
}

function firstView(me: Omit<Me, 'show'>, { presence, ui, uiVersion, conversations }: UserState): Snapshot {
  return {
    me: { ...me, ...presence },
    roster: [],
    conversations: conversations.map(({ with: peer, unread, readUpTo, peerReadUpTo }) => ({
      with: peer,
      unread,
      ...(readUpTo !== undefined && { readUpTo }),
      ...(peerReadUpTo !== undefined && { peerReadUpTo }),
      messages: [],
      complete: false,
    })),
    ui,
    uiVersion,
    connected: false,
  };
}

/** What a fresh tab is given, and the cursor that goes with it. */
export function snapshotOf(session: Session): { snapshot: Snapshot; cursor: string } {
  const conversations = session.view.conversations.map((conversation) =>
    newestOf(conversation, SNAPSHOT_MESSAGES),
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
  return [...unreadAfter(session, event), ...earlyReceiptOf(session, event)];
}

function isKept({ type }: EventBody): boolean {
  return type === 'message' || type === 'unread' || type === 'peer-read';
}
