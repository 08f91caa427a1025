import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Event, Message, PeerShow } from '../../bridge/protocol/events.ts';
import { applyEvent, type Snapshot } from '../../bridge/protocol/snapshot.ts';
import { since } from '../../bridge/session/event-log.ts';
import type { Input } from '../../bridge/session/ports.ts';
import { createSession, snapshotOf, take, type Session } from '../../bridge/session/session.ts';

const limits = { events: 1000, conversations: 5, messages: 30, friends: 50 };

function newSession(): Session {
  const session = createSession({
    user: 'alice',
    epoch: 'e',
    me: { id: 'alice', name: 'Alice' },
    limits,
    sends: { tokens: 1, at: 0 },
    now: 0,
  });
  session.watched = true;
  return session;
}

const item = (id: string, name = id): Input => ({ type: 'roster-item', item: { id, name, groups: [] } });
const presence = (id: string, resource: string, show: PeerShow, status?: string): Input => ({
  type: 'presence',
  id,
  resource,
  show,
  priority: 0,
  since: '2026-01-01T00:00:00.000Z',
  ...(status !== undefined && { status }),
});
const message = (peer: string, n: number): Input => ({ type: 'message', message: messageOf(peer, n) });

function messageOf(peer: string, n: number): Message {
  return { id: String(n), with: peer, from: peer, body: `text ${n}`, at: '2026-01-01T00:00:00.000Z' };
}

/** A message of its own second. */
function timed(n: number): Input {
  return { type: 'message', message: { ...messageOf('bob', n), at: new Date(n * 1000).toISOString() } };
}

function replay(start: Snapshot, session: Session): Snapshot {
  const events = (since(session.log, 0) ?? []).map((json) => JSON.parse(json) as Event);
  return events.reduce<Snapshot>(applyEvent, start);
}

/** As a fresh snapshot cuts conversations to their newest messages, so does this. */
function cut(snapshot: Snapshot): Snapshot {
  const conversations = snapshot.conversations
    .slice(0, limits.conversations)
    .map(({ complete: _, ...conversation }) => ({
      ...conversation,
      complete: false,
      messages: conversation.messages.slice(-20),
    }));
  return { ...snapshot, conversations };
}

describe('a session', () => {
  test('shows a friend as the most available of the friend’s resources', () => {
    const session = newSession();
    take(session, item('bob'), 0);
    take(session, presence('bob', 'phone', 'away'), 0);
    take(session, presence('bob', 'desk', 'online'), 0);
    expect(session.view.roster[0]?.show).toBe('online');
    take(session, presence('bob', 'desk', 'offline'), 0);
    expect(session.view.roster[0]?.show).toBe('away');
    take(session, presence('bob', 'phone', 'offline'), 0);
    expect(session.view.roster[0]?.show).toBe('offline');
  });

  test('knows the presence of a friend whose roster entry comes later', () => {
    const session = newSession();
    take(session, presence('bob', 'desk', 'dnd'), 0);
    expect(take(session, item('bob', 'Bob'), 0)).toMatchObject([
      { type: 'roster', op: 'add', id: 'bob', show: 'dnd' },
    ]);
  });

  test('tells a message once, however often the stream brings it', () => {
    const session = newSession();
    expect(take(session, message('bob', 1), 0)).toHaveLength(1);
    expect(take(session, message('bob', 1), 0)).toHaveLength(0);
  });

  test('keeps the order of the archive, whatever order messages come in', () => {
    const session = newSession();
    for (const n of [3, 1, 10, 2]) take(session, message('bob', n), 0);
    take(session, message('carol', 5), 0);
    take(session, message('bob', 4), 0);
    const [first, second] = session.view.conversations;
    expect(first?.messages.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '10']);
    expect(second?.with).toBe('carol');
  });

  test('what comes live while the first page of history is on its way is kept, in its place', () => {
    const session = createSession({
      user: 'alice',
      epoch: 'e',
      me: { id: 'alice', name: 'Alice' },
      limits,
      sends: { tokens: 1, at: 0 },
      now: 0,
    });
    take(session, message('bob', 2), 0);
    const page = [messageOf('bob', 1), messageOf('bob', 2)];
    take(
      session,
      {
        type: 'history',
        conversations: [{ with: 'bob', unread: 0, messages: page.slice(0, 1), complete: true }],
      },
      0,
    );
    expect(session.view.conversations[0]?.messages).toEqual(page);
  });

  test('a second look at the archive tells what is new, and nothing that was let go', () => {
    const session = newSession();
    for (let n = 1; n <= limits.messages + 5; n += 1) take(session, timed(n), 0);
    const seen = Array.from(
      { length: limits.messages + 7 },
      (_, i) => (timed(i + 1) as { message: Message }).message,
    );
    const told = take(
      session,
      { type: 'history', conversations: [{ with: 'bob', unread: 0, messages: seen, complete: false }] },
      0,
    );
    expect(told).toMatchObject([{ id: String(limits.messages + 6) }, { id: String(limits.messages + 7) }]);
  });

  test('makes events only of what a new roster changed', () => {
    const session = newSession();
    for (const input of [item('bob'), item('carol')]) take(session, input, 0);
    const roster: Input = {
      type: 'roster',
      items: [
        { id: 'carol', name: 'Carol', groups: [] },
        { id: 'dave', name: 'dave', groups: [] },
      ],
    };
    expect(take(session, roster, 0)).toMatchObject([
      { op: 'remove', id: 'bob' },
      { op: 'update', id: 'carol', name: 'Carol' },
      { op: 'add', id: 'dave' },
    ]);
  });

  test('after a new XMPP session, everybody is offline until their presence comes', () => {
    const session = newSession();
    take(session, item('bob'), 0);
    take(session, presence('bob', 'desk', 'online'), 0);
    expect(take(session, { type: 'presence-reset' }, 0)).toMatchObject([
      { type: 'presence', id: 'bob', show: 'offline' },
    ]);
  });

  test('keeps no more conversations, messages and friends than its limits say', () => {
    const session = newSession();
    for (let i = 0; i < 60; i += 1) take(session, item(`friend${i}`), 0);
    for (let i = 0; i < 200; i += 1) take(session, message(`friend${i % 7}`, i), 0);
    expect(session.view.roster).toHaveLength(limits.friends);
    expect(session.view.conversations).toHaveLength(limits.conversations);
    for (let i = 0; i < 100; i += 1) take(session, message('bob', 1000 + i), 0);
    expect(session.view.conversations[0]).toMatchObject({ with: 'bob', complete: false });
    expect(session.view.conversations[0]?.messages).toHaveLength(limits.messages);
  });

  test('a snapshot with the later events applied to it equals a fresh snapshot', () => {
    const people = fc.constantFrom('bob', 'carol', 'dave');
    const input = fc.oneof(
      people.map((id) => item(id, `${id}!`)),
      people.map((id): Input => ({ type: 'roster-removed', id })),
      fc
        .tuple(
          people,
          fc.constantFrom('phone', 'desk'),
          fc.constantFrom<PeerShow>('online', 'away', 'dnd', 'offline'),
        )
        .map(([id, resource, show]) => presence(id, resource, show)),
      fc.tuple(people, fc.nat(200)).map(([id, n]) => message(id, n)),
      fc.boolean().map((connected): Input => ({ type: 'link', connected })),
      fc.constant<Input>({ type: 'presence-reset' }),
      fc
        .subarray(['bob', 'carol', 'dave'])
        .map((ids): Input => ({ type: 'roster', items: ids.map((id) => ({ id, name: id, groups: [] })) })),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 80 }), (inputs) => {
        const session = newSession();
        const start = snapshotOf(session).snapshot;
        for (const one of inputs) take(session, one, 0);
        expect(cut(replay(start, session))).toEqual(cut(snapshotOf(session).snapshot));
      }),
    );
  });
});
