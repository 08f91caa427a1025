/**
 * A session as plain data, and back: what a worker gives to its successor. Times in it are ages, as every process has a
 * clock of its own. What is read is what this version writes: another one is not understood, and the session begins anew.
 */
import type { EventBody, Message } from '../protocol/events.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { OwnPresence } from './ports.ts';
import type { Bucket } from './rate.ts';
import type { ResourcePresence } from './resources.ts';
import type { Session, SessionLimits } from './session.ts';
import type { NewestMessage } from './states.ts';
import type { Tab } from './tab.ts';

/** To be raised with every change of the record that an older or newer worker would misunderstand. */
export const SESSION_VERSION = 1;

/** Milliseconds since. */
type Age = number;

export interface LogRecord {
  readonly epoch: string;
  readonly last: number;
  /** The oldest first: age, JSON, and what a later one replaces it by. */
  readonly entries: readonly (readonly [Age, string, string?])[];
}

export interface TabRecord {
  readonly id: string;
  readonly seen: number;
  readonly silent: Age;
  readonly absent: boolean;
  readonly active: boolean;
  readonly activeFor: Age;
}

type Entries<T> = readonly (readonly [string, T])[];

export interface SessionRecord {
  readonly version: number;
  readonly user: string;
  readonly view: Snapshot;
  /** Without it the session has a new life: cursors are gone. */
  readonly log?: LogRecord;
  readonly tabs: readonly TabRecord[];
  readonly resources: Entries<Entries<ResourcePresence>>;
  readonly own: Entries<ResourcePresence>;
  readonly chosen: OwnPresence;
  readonly stateVersion: number;
  /** Null: somebody is there. */
  readonly inactiveFor: Age | null;
  readonly idle: boolean;
  readonly newest?: NewestMessage;
  readonly caughtUp: boolean;
  readonly rings: readonly (readonly [number, string])[];
  readonly earlyReceipts: Entries<Extract<EventBody, { type: 'receipt' }>>;
  readonly writing: readonly string[];
  readonly told: Entries<Message>;
  readonly sends: number;
  readonly calls: number;
  readonly watched: boolean;
  /** Null: it has a tab. */
  readonly emptyFor: Age | null;
  readonly unsavedFor?: Age;
}

export type PeopleRecord = Pick<
  SessionRecord,
  'tabs' | 'chosen' | 'stateVersion' | 'idle' | 'inactiveFor' | 'emptyFor'
>;

/** @param now monotonic milliseconds */
export function dumpSession(session: Session, now: number): SessionRecord {
  return { ...dumpWithoutLog(session, now), log: dumpLog(session.log, now) };
}

/** What a process that may be killed writes down: tabs may have seen events that came after it. */
export function dumpWithoutLog(session: Session, now: number): SessionRecord {
  const { user, view, newest, caughtUp, watched, unsavedSince } = session;
  return {
    version: SESSION_VERSION,
    ...{ user, view, caughtUp, watched },
    ...(newest !== undefined && { newest }),
    ...dumpPeople(session, now),
    resources: [...session.resources].map(([friend, resources]) => [friend, [...resources]] as const),
    own: [...session.own],
    rings: [...session.rings],
    earlyReceipts: [...session.earlyReceipts],
    writing: [...session.writing],
    told: [...session.told],
    sends: session.sends.tokens,
    calls: session.calls.tokens,
    ...(unsavedSince !== undefined && { unsavedFor: now - unsavedSince }),
  };
}

/** What changes by itself, without a word of the XMPP side: who is at which tab, and how the person appears. */
export function dumpPeople(session: Session, now: number): PeopleRecord {
  const { tabs, chosen, stateVersion, idle, inactiveSince, emptySince } = session;
  return {
    ...{ chosen, stateVersion, idle },
    tabs: [...tabs.values()].map((tab) => dumpTab(tab, now)),
    inactiveFor: ageOf(inactiveSince, now),
    emptyFor: ageOf(emptySince, now),
  };
}

function ageOf(since: number | undefined, now: number): Age | null {
  return since === undefined ? null : now - since;
}

function dumpLog({ epoch, last, entries }: EventLog, now: number): LogRecord {
  return {
    epoch,
    last,
    entries: entries.map(({ at, json, key }) =>
      key === undefined ? ([now - at, json] as const) : ([now - at, json, key] as const),
    ),
  };
}

export function dumpTab({ id, seen, lastCall, absent, active, activeAt }: Tab, now: number): TabRecord {
  return { id, seen, silent: now - lastCall, absent, active, activeFor: now - activeAt };
}

export interface LoadOptions {
  /** Of a new life, where the record has no log. */
  readonly epoch: string;
  readonly limits: SessionLimits;
  readonly now: number;
}

/** @throws Error for a record that is not one of this version. */
export function loadSession(record: SessionRecord, { epoch, limits, now }: LoadOptions): Session {
  if (record.version !== SESSION_VERSION) throw new Error('the record is of another version');
  const { user, view, chosen, stateVersion, idle, newest, caughtUp, watched, log } = record;
  const loaded = log === undefined ? createEventLog(epoch, limits.events) : loadLog(log, limits, now);
  // After a kill nobody could call for a time, and a journal says late who has: all have a whole silence before them.
  const tabs = record.tabs.map((tab) =>
    loadTab(log === undefined ? { ...tab, seen: 0, silent: 0 } : tab, now),
  );
  return {
    ...{ user, limits, view, chosen, stateVersion, idle, newest, caughtUp },
    log: loaded,
    watched: log !== undefined && watched,
    tabs: new Map(tabs.map((tab) => [tab.id, tab])),
    resources: new Map(record.resources.map(([friend, resources]) => [friend, new Map(resources)])),
    own: new Map(record.own),
    rings: new Map(log === undefined ? [] : record.rings),
    earlyReceipts: new Map(record.earlyReceipts),
    writing: new Set(record.writing),
    told: new Map(record.told),
    sends: bucketOf(record.sends, now),
    calls: bucketOf(record.calls, now),
    inactiveSince: sinceOf(record.inactiveFor, now),
    emptySince: sinceOf(record.emptyFor, now),
    unsavedSince: sinceOf(record.unsavedFor, now),
  };
}

function loadLog(
  { epoch, last, entries }: LogRecord,
  { events: limit }: SessionLimits,
  now: number,
): EventLog {
  const first = last - entries.length + 1;
  return {
    epoch,
    limit,
    last,
    entries: entries.map(([age, json, key], index) => ({ n: first + index, at: now - age, json, key })),
  };
}

export function loadTab(record: TabRecord, now: number): Tab {
  const { id, seen, silent, absent, active, activeFor } = record;
  return { id, seen, lastCall: now - silent, poll: undefined, absent, active, activeAt: now - activeFor };
}

function bucketOf(tokens: number, now: number): Bucket {
  return { tokens, at: now };
}

function sinceOf(age: Age | null | undefined, now: number): number | undefined {
  return age === undefined || age === null ? undefined : now - age;
}
