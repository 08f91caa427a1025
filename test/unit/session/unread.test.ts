import { describe, expect, test } from '@jest/globals';
import type { ConversationView } from '../../../bridge/protocol/snapshot.ts';
import type { Session } from '../../../bridge/session/session.ts';
import {
  begunSession,
  hear,
  idOf,
  limits,
  message,
  messageOf,
  watchedSession,
} from '../../support/session.ts';

const withBob = (session: Session): ConversationView | undefined =>
  session.view.conversations.find((conversation) => conversation.with === 'bob');

describe('what is unread', () => {
  test('is what the peer wrote past the read marker', () => {
    const session = watchedSession();
    for (const n of [1, 2, 3]) hear(session, message('bob', n));
    expect(withBob(session)?.unread).toBe(3);
    expect(hear(session, { type: 'displayed', with: 'bob', by: 'self', cid: 'cid-2' })).toEqual([
      { type: 'unread', with: 'bob', unread: 1, readUpTo: idOf(2) },
    ]);
  });

  test('ends with a message of one’s own, from wherever it is sent', () => {
    const session = watchedSession();
    for (const n of [1, 2]) hear(session, message('bob', n));
    hear(session, message('bob', 3, 'alice'));
    expect(withBob(session)).toMatchObject({ unread: 0, readUpTo: idOf(3) });
  });

  test('counts what came after one’s own message, also when that is told late', () => {
    const session = watchedSession();
    for (const n of [1, 3]) hear(session, message('bob', n));
    hear(session, message('bob', 2, 'alice'));
    expect(withBob(session)).toMatchObject({ unread: 1, readUpTo: idOf(2) });
  });

  test('never grows by a marker: an older one changes nothing', () => {
    const session = watchedSession();
    for (const n of [1, 2, 3]) hear(session, message('bob', n));
    hear(session, { type: 'displayed', with: 'bob', by: 'self', cid: 'cid-3' });
    expect(hear(session, { type: 'displayed', with: 'bob', by: 'self', cid: 'cid-1' })).toEqual([]);
  });

  test('counts on where the messages at hand do not go back to the marker', () => {
    const session = watchedSession();
    for (let n = 1; n <= limits.messages * 2; n += 1) hear(session, message('bob', n));
    expect(withBob(session)?.unread).toBe(limits.messages * 2);
  });
});

describe('what was missed', () => {
  const page = (numbers: number[], complete: boolean) => ({
    with: 'bob',
    messages: numbers.map((n) => messageOf('bob', n)),
    complete,
  });
  const kept = { with: 'bob', unread: 2, readUpTo: idOf(1) };
  const newest = { id: idOf(3), at: messageOf('bob', 3).at };

  test('is counted by the marker where the page goes back to it', () => {
    const session = begunSession({ conversations: [kept], newest });
    hear(session, { type: 'history', conversations: [page([1, 2, 3, 4], false)], gap: false });
    expect(withBob(session)).toMatchObject({ unread: 3, readUpTo: idOf(1) });
  });

  test('is counted on top of what was kept where the page does not', () => {
    const session = begunSession({ conversations: [kept], newest });
    hear(session, { type: 'history', conversations: [page([3, 4, 5], false)], gap: false });
    expect(withBob(session)?.unread).toBe(4);
  });

  test('is counted once, though some of it came live before the archive was looked at', () => {
    const session = begunSession({ conversations: [kept], newest });
    hear(session, message('bob', 5));
    hear(session, { type: 'history', conversations: [page([3, 4, 5], false)], gap: false });
    expect(withBob(session)).toMatchObject({ unread: 4 });
    expect(withBob(session)?.messages.map(({ id }) => id)).toEqual([3, 4, 5].map(idOf));
  });

  test('leaves the count of conversations in which nothing came', () => {
    const session = begunSession({ conversations: [kept], newest });
    hear(session, { type: 'history', conversations: [], gap: false });
    expect(withBob(session)).toMatchObject({ unread: 2, messages: [] });
  });

  test('is told to tabs message by message, each once, in the order of the archive', () => {
    const session = watchedSession();
    for (const n of [1, 2]) hear(session, message('bob', n));
    const told = hear(session, { type: 'history', conversations: [page([1, 2, 4, 3, 3], true)], gap: false });
    expect(told.filter(({ type }) => type === 'message')).toMatchObject([{ id: idOf(3) }, { id: idOf(4) }]);
    expect(withBob(session)?.unread).toBe(4);
  });

  test('is told also where something newer of a new conversation has come live already', () => {
    const session = watchedSession();
    hear(session, message('bob', 3));
    const told = hear(session, { type: 'history', conversations: [page([1, 2, 3], false)], gap: false });
    expect(told.filter(({ type }) => type === 'message')).toMatchObject([{ id: idOf(1) }, { id: idOf(2) }]);
  });

  test('does not bring back what was let go', () => {
    const session = watchedSession();
    const all = Array.from({ length: limits.messages + 5 }, (_, n) => n + 1);
    for (const n of all) hear(session, message('bob', n));
    expect(hear(session, { type: 'history', conversations: [page(all, false)], gap: false })).toEqual([]);
  });

  test('with a gap can’t be continued: a new epoch, and no message beyond the gap', () => {
    const session = watchedSession();
    for (const n of [1, 2]) hear(session, message('bob', n));
    hear(session, { type: 'history', conversations: [page([8, 9], false)], gap: true });
    expect(session.log).toMatchObject({ epoch: 'later', last: 0 });
    expect(withBob(session)?.messages.map(({ id }) => id)).toEqual([8, 9].map(idOf));
    expect(withBob(session)).toMatchObject({ unread: 4, complete: false });
  });
});
