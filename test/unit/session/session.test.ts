import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Event } from '../../../bridge/protocol/events.ts';
import { applyEvent, type Snapshot } from '../../../bridge/protocol/snapshot.ts';
import { since } from '../../../bridge/session/event-log.ts';
import type { Input } from '../../../bridge/session/ports.ts';
import type { Session } from '../../../bridge/session/session.ts';
import { snapshotOf } from '../../../bridge/session/tell.ts';
import { anyInput } from '../../support/any-input.ts';
import { hear, idOf, item, limits, message, presence, watchedSession } from '../../support/session.ts';

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
    const session = watchedSession();
    hear(session, item('bob'));
    hear(session, presence('bob', 'phone', 'away'));
    hear(session, presence('bob', 'desk', 'online'));
    expect(session.view.roster[0]?.show).toBe('online');
    hear(session, presence('bob', 'desk', 'offline'));
    expect(session.view.roster[0]?.show).toBe('away');
    hear(session, presence('bob', 'phone', 'offline'));
    expect(session.view.roster[0]?.show).toBe('offline');
  });

  test('knows the presence of a friend whose roster entry comes later', () => {
    const session = watchedSession();
    hear(session, presence('bob', 'desk', 'dnd'));
    expect(hear(session, item('bob', 'Bob'))).toMatchObject([
      { type: 'roster', op: 'add', id: 'bob', show: 'dnd' },
    ]);
  });

  test('tells a message once, however often the stream brings it', () => {
    const session = watchedSession();
    expect(hear(session, message('bob', 1))).toMatchObject([{ type: 'message' }, { type: 'unread' }]);
    expect(hear(session, message('bob', 1))).toHaveLength(0);
  });

  test('keeps the order of the archive, whatever order messages come in', () => {
    const session = watchedSession();
    for (const n of [3, 1, 10, 2]) hear(session, message('bob', n));
    hear(session, message('carol', 5));
    hear(session, message('bob', 4));
    const [first, second] = session.view.conversations;
    expect(first?.messages.map(({ id }) => id)).toEqual([1, 2, 3, 4, 10].map(idOf));
    expect(second?.with).toBe('carol');
  });

  test('makes events only of what a new roster changed', () => {
    const session = watchedSession();
    for (const input of [item('bob'), item('carol')]) hear(session, input);
    const roster: Input = {
      type: 'roster',
      items: [
        { id: 'carol', name: 'Carol', groups: [] },
        { id: 'dave', name: 'dave', groups: [] },
      ],
    };
    expect(hear(session, roster)).toMatchObject([
      { op: 'remove', id: 'bob' },
      { op: 'update', id: 'carol', name: 'Carol' },
      { op: 'add', id: 'dave' },
    ]);
  });

  test('after a new XMPP session, everybody is offline until their presence comes', () => {
    const session = watchedSession();
    hear(session, item('bob'));
    hear(session, presence('bob', 'desk', 'online'));
    expect(hear(session, { type: 'presence-reset' })).toMatchObject([
      { type: 'presence', id: 'bob', show: 'offline' },
    ]);
  });

  test('keeps no more conversations, messages and friends than its limits say', () => {
    const session = watchedSession();
    for (let i = 0; i < 60; i += 1) hear(session, item(`friend${i}`));
    for (let i = 0; i < 200; i += 1) hear(session, message(`friend${i % 7}`, i));
    expect(session.view.roster).toHaveLength(limits.friends);
    expect(session.view.conversations).toHaveLength(limits.conversations);
    for (let i = 0; i < 100; i += 1) hear(session, message('bob', 1000 + i));
    expect(session.view.conversations[0]).toMatchObject({ with: 'bob', complete: false });
    expect(session.view.conversations[0]?.messages).toHaveLength(limits.messages);
  });

  test('a snapshot with the later events applied to it equals a fresh snapshot', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 80 }), (inputs) => {
        const session = watchedSession();
        const start = snapshotOf(session).snapshot;
        for (const one of inputs) hear(session, one);
        expect(cut(replay(start, session))).toEqual(cut(snapshotOf(session).snapshot));
      }),
    );
  });
});
