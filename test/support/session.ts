/** A session for unit tests: alice's, without XMPP, HTTP and database. */
import type { Message, PeerShow } from '../../bridge/protocol/events.ts';
import type { EventBody } from '../../bridge/protocol/events.ts';
import type { Input } from '../../bridge/session/ports.ts';
import { createSession, type Session } from '../../bridge/session/session.ts';
import type { UserState } from '../../bridge/session/states.ts';
import { createTab, type Tab } from '../../bridge/session/tab.ts';
import { take } from '../../bridge/session/take.ts';

export const limits = { events: 1000, conversations: 5, messages: 30, snapshot: 20, friends: 50 };

export const newUser: UserState = {
  version: 0,
  presence: { show: 'online' },
  ui: {},
  uiVersion: 0,
  conversations: [],
};

/** One that has just begun: the archive has not been looked at yet, and no tab watches. */
export function begunSession(state: Partial<UserState> = {}): Session {
  return createSession({
    user: 'alice',
    epoch: 'e',
    me: { id: 'alice', name: 'Alice' },
    state: { ...newUser, ...state },
    limits,
    sends: { tokens: 1, at: 0 },
    calls: { tokens: 1, at: 0 },
    now: 0,
  });
}

/** One that tabs watch. */
export function watchedSession(state: Partial<UserState> = {}): Session {
  const session = begunSession(state);
  hear(session, { type: 'history', conversations: [], gap: false });
  session.watched = true;
  return session;
}

export function hear(session: Session, input: Input): EventBody[] {
  return take(session, input, 0, 'later');
}

export function addTab(session: Session, id: string, change: Partial<Tab> = {}): Tab {
  const tab = { ...createTab(id, session.log.last, 0), ...change };
  session.tabs.set(id, tab);
  return tab;
}

/** Of minute `n` of 2026: ids and times grow with it. */
export function messageOf(peer: string, n: number, from = peer): Message {
  const time = Date.UTC(2026, 0, 1) + n * 60_000;
  return {
    id: `${time}000`,
    cid: `cid-${n}`,
    with: peer,
    from,
    body: `text ${n}`,
    at: new Date(time).toISOString(),
  };
}

export const idOf = (n: number): string => messageOf('', n).id;

export const message = (peer: string, n: number, from = peer): Input => ({
  type: 'message',
  message: messageOf(peer, n, from),
});

export const item = (id: string, name = id): Input => ({
  type: 'roster-item',
  item: { id, name, groups: [] },
});

export const presence = (id: string, resource: string, show: PeerShow, status?: string): Input => ({
  type: 'presence',
  id,
  resource,
  show,
  priority: 0,
  since: '2026-01-01T00:00:00.000Z',
  ...(status !== undefined && { status }),
});
