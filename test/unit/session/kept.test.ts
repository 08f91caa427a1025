import { describe, expect, test } from '@jest/globals';
import { progressOf, storedEvents, uiEvents, withProgress, withTold } from '../../../bridge/session/kept.ts';
import type { KeptConversation } from '../../../bridge/session/states.ts';
import { hear, idOf, message, messageOf, newUser, watchedSession } from '../../support/session.ts';

const newest = (n: number) => ({ id: idOf(n), at: messageOf('', n).at });
const kept = (unread: number, readUpTo?: number): KeptConversation => ({
  with: 'bob',
  unread,
  ...(readUpTo !== undefined && { readUpTo: idOf(readUpTo) }),
});

describe('the row of a user with two workers', () => {
  test('has the later read marker of the two, with its count', () => {
    const stored = { ...newUser, newest: newest(5), conversations: [kept(1, 4)] };
    expect(
      withProgress(stored, { newest: newest(6), conversations: [kept(4, 2)] }, 10).conversations,
    ).toEqual([kept(1, 4)]);
    expect(
      withProgress(stored, { newest: newest(4), conversations: [kept(0, 5)] }, 10).conversations,
    ).toEqual([kept(0, 5)]);
  });

  test('has the count of who has seen more, where the markers are the same', () => {
    const stored = { ...newUser, newest: newest(5), conversations: [kept(1, 4)] };
    expect(withProgress(stored, { newest: newest(7), conversations: [kept(3, 4)] }, 10)).toMatchObject({
      newest: newest(7),
      conversations: [kept(3, 4)],
    });
    expect(withProgress(stored, { newest: newest(3), conversations: [kept(0, 4)] }, 10)).toMatchObject({
      newest: newest(5),
      conversations: [kept(1, 4)],
    });
  });

  test('has the conversations of both, and no more than the limit', () => {
    const stored = { ...newUser, conversations: [{ with: 'carol', unread: 1 }, kept(0)] };
    const mine = { conversations: [kept(2), { with: 'dave', unread: 0 }] };
    const both = withProgress(stored, mine, 10).conversations.map((conversation) => conversation.with);
    expect(both).toEqual(['bob', 'dave', 'carol']);
    expect(withProgress(stored, mine, 2).conversations).toHaveLength(2);
  });

  test('keeps which message was read last where the later writer does not have it at hand', () => {
    const stored = {
      ...newUser,
      newest: newest(5),
      conversations: [{ ...kept(1, 4), readCid: 'c', readAt: 'then' }],
    };
    expect(
      withProgress(stored, { newest: newest(6), conversations: [kept(2, 4)] }, 10).conversations,
    ).toEqual([{ ...kept(2, 4), readCid: 'c', readAt: 'then' }]);
  });
});

test('what is kept is how far the session has seen, and what was read', () => {
  const session = watchedSession();
  for (const n of [1, 2]) hear(session, message('bob', n));
  hear(session, message('bob', 3, 'alice'));
  expect(progressOf(session)).toEqual({ newest: newest(3), conversations: [kept(0, 3)] });
});

describe('the peer finds in the row', () => {
  const stored = { ...newUser, conversations: [kept(0, 4)] };
  const found = (row: typeof newUser) => row.conversations[0];

  test('which message was read, and never an earlier one after it', () => {
    const read = withTold(stored, messageOf('bob', 3));
    expect(found(read)).toMatchObject({ readCid: 'cid-3', readAt: messageOf('bob', 3).at });
    expect(withTold(read, messageOf('bob', 2))).toEqual(read);
    expect(withTold(read, messageOf('carol', 5))).toEqual(read);
  });

  test('nothing of what is read by a user who is invisible, and what was told before', () => {
    const read = withTold(stored, messageOf('bob', 3));
    const invisible = { ...read, presence: { show: 'invisible' } as const };
    expect(withTold(invisible, messageOf('bob', 4))).toEqual(invisible);
    expect(found(withProgress(invisible, { conversations: [kept(0, 5)] }, 10))).toEqual({
      ...kept(0, 5),
      readCid: 'cid-3',
      readAt: messageOf('bob', 3).at,
    });
  });
});

describe('what another worker has written', () => {
  test('is shown as what has changed: keys set, and keys removed', () => {
    const session = watchedSession({ ui: { gone: 1, same: { a: [1] }, other: 'old' }, uiVersion: 3 });
    const ui = { same: { a: [1] }, other: 'new', more: true };
    expect(uiEvents(session, { ...newUser, ui, uiVersion: 5 })).toEqual([
      { type: 'ui', set: { gone: null, other: 'new', more: true }, version: 5 },
    ]);
  });

  test('is not shown when something later is shown already', () => {
    const session = watchedSession({ ui: { a: 2 }, uiVersion: 3 });
    expect(uiEvents(session, { ...newUser, ui: { a: 1 }, uiVersion: 3 })).toEqual([]);
  });

  test('moves the read markers', () => {
    const session = watchedSession();
    for (const n of [1, 2]) hear(session, message('bob', n));
    expect(storedEvents(session, { ...newUser, conversations: [kept(0, 2)] })).toEqual([
      { type: 'unread', with: 'bob', unread: 0, readUpTo: idOf(2) },
    ]);
  });
});
