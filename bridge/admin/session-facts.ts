/** What an operator is told of sessions. Never tab ids, tokens, names of peers, or what people write. */
import type { Live } from '../session/live.ts';
import { ownPresence } from '../session/me.ts';
import type { Tab } from '../session/tab.ts';

export interface SessionLine {
  readonly user: string;
  readonly tabs: number;
  /** Of them, with a poll or stream that is held. */
  readonly held: number;
  readonly link: 'up' | 'down';
}

export interface SessionPage {
  readonly count: number;
  readonly sessions: readonly SessionLine[];
  /** Is there more behind the last of these? */
  readonly more: boolean;
}

export interface TabFacts {
  /** Events that it has not seen. */
  readonly lag: number;
  readonly held: boolean;
  /** Is the person at it? */
  readonly active: boolean;
  /** Seconds since its last call. */
  readonly silent: number;
}

export interface UserFacts {
  readonly user: string;
  /** The resource of the XMPP session; empty before it was bound. */
  readonly resource: string;
  readonly link: 'up' | 'down';
  /** Stanzas that ejabberd has not acknowledged, and how many there may be. */
  readonly queue: number;
  readonly mostQueued: number;
  /** How others see the person, and how they chose to appear. */
  readonly shown: string;
  readonly chosen: string;
  readonly friends: number;
  readonly friendsOnline: number;
  readonly conversations: number;
  readonly unread: number;
  /** The number of the last event, and how many are kept. */
  readonly lastEvent: number;
  readonly eventsKept: number;
  /** Has the user's row been written as it is? */
  readonly saved: boolean;
  /** Seconds without a tab; undefined while there is one. */
  readonly empty: number | undefined;
  readonly tabs: readonly TabFacts[];
}

/** The next sessions behind `after`, by user id. */
export function pageOf(all: readonly Live[], after: string, limit: number): SessionPage {
  const behind = all
    .filter(({ session }) => session.user > after)
    .sort((a, b) => (a.session.user < b.session.user ? -1 : 1));
  return {
    count: all.length,
    sessions: behind.slice(0, limit).map(lineOf),
    more: behind.length > limit,
  };
}

function lineOf({ session: { user, tabs, view } }: Live): SessionLine {
  const held = [...tabs.values()].filter(({ poll }) => poll !== undefined).length;
  return { user, tabs: tabs.size, held, link: view.connected ? 'up' : 'down' };
}

/** @param now of the clock that the session has, in milliseconds */
export function factsOf({ session, upstream }: Live, now: number): UserFacts {
  const { user, view, log, tabs, chosen, unsavedSince, emptySince } = session;
  const { up, resource, unacknowledged, mostUnacknowledged } = upstream.standing;
  return {
    user,
    resource,
    link: up ? 'up' : 'down',
    queue: unacknowledged,
    mostQueued: mostUnacknowledged,
    shown: ownPresence(session).show,
    chosen: chosen.show,
    friends: view.roster.length,
    friendsOnline: view.roster.filter(({ show }) => show !== 'offline').length,
    conversations: view.conversations.length,
    unread: view.conversations.reduce((sum, { unread }) => sum + unread, 0),
    lastEvent: log.last,
    eventsKept: log.entries.length,
    saved: unsavedSince === undefined,
    empty: emptySince === undefined ? undefined : secondsSince(emptySince, now),
    tabs: [...tabs.values()].map((tab) => tabFacts(tab, log.last, now)),
  };
}

function tabFacts({ seen, poll, active, lastCall }: Tab, last: number, now: number): TabFacts {
  return {
    lag: Math.max(0, last - seen),
    held: poll !== undefined,
    active,
    silent: poll === undefined ? secondsSince(lastCall, now) : 0,
  };
}

const secondsSince = (then: number, now: number): number => Math.round((now - then) / 1000);
