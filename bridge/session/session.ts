/**
 * A session: all that the bridge holds for one user, shared by the user's tabs. Plain data; what may happen
 * to it are functions (here, and in the files beside it), and none of them waits in the middle of a change.
 *
 * Its state IS a snapshot, and changes by tell.ts alone.
 */
import type { EventBody, Message } from '../protocol/events.ts';
import type { Me, Snapshot } from '../protocol/snapshot.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { OwnPresence } from './ports.ts';
import type { Bucket } from './rate.ts';
import type { Resources } from './resources.ts';
import type { NewestMessage, UserState } from './states.ts';
import type { Tab } from './tab.ts';

export type ReceiptEvent = Extract<EventBody, { type: 'receipt' }>;

export interface SessionLimits {
  readonly events: number;
  readonly conversations: number;
  readonly messages: number;
  /** Messages of each conversation in a snapshot. */
  readonly snapshot: number;
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
  /** The version of the user's row that says so. */
  stateVersion: number;
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
  /** Receipts that came before the message itself was acknowledged, by `cid`. */
  readonly earlyReceipts: Map<string, ReceiptEvent>;
  /** Friends who are writing, or have paused. */
  readonly writing: Set<string>;
  /** By peer: what the user's row does not say yet that the peer may know to have been read (kept.ts). */
  readonly told: Map<string, Message>;
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
    stateVersion: state.version,
    inactiveSince: now,
    idle: false,
    newest: state.newest,
    caughtUp: false,
    rings: new Map(),
    earlyReceipts: new Map(),
    writing: new Set(),
    told: new Map(),
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
