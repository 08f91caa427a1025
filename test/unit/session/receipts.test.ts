import { expect, test } from '@jest/globals';
import { markerEvents } from '../../../bridge/session/receipts.ts';
import { hear, idOf, message, messageOf, watchedSession } from '../../support/session.ts';

test('a receipt names the message by its id', () => {
  const session = watchedSession();
  hear(session, message('bob', 1, 'alice'));
  expect(hear(session, { type: 'delivered', with: 'bob', cid: 'cid-1' })).toEqual([
    { type: 'receipt', with: 'bob', id: idOf(1), state: 'delivered' },
  ]);
});

test('a receipt that overtakes the acknowledgement of its message waits for it', () => {
  const session = watchedSession();
  expect(hear(session, { type: 'delivered', with: 'bob', cid: 'cid-1' })).toEqual([]);
  expect(hear(session, message('bob', 1, 'alice'))).toContainEqual({
    type: 'receipt',
    with: 'bob',
    id: idOf(1),
    state: 'delivered',
  });
});

test('a message that comes back after all is refused, and says why', () => {
  const session = watchedSession();
  hear(session, message('bob', 1, 'alice'));
  expect(hear(session, { type: 'bounced', with: 'bob', cid: 'cid-1', code: 'not-friends' })).toMatchObject([
    { state: 'refused', code: 'not-friends' },
  ]);
});

test('nobody else’s receipt or marker counts for a message', () => {
  const session = watchedSession();
  hear(session, message('bob', 1, 'alice'));
  hear(session, message('bob', 2));
  expect(hear(session, { type: 'delivered', with: 'carol', cid: 'cid-1' })).toEqual([]);
  expect(hear(session, { type: 'displayed', with: 'carol', by: 'peer', cid: 'cid-1' })).toEqual([]);
  expect(hear(session, { type: 'displayed', with: 'bob', by: 'peer', cid: 'cid-2' })).toEqual([]);
  expect(hear(session, { type: 'displayed', with: 'bob', by: 'self', cid: 'cid-1' })).toEqual([]);
});

test('the peer’s marker moves forward alone', () => {
  const session = watchedSession();
  for (const n of [1, 2]) hear(session, message('bob', n, 'alice'));
  expect(hear(session, { type: 'displayed', with: 'bob', by: 'peer', cid: 'cid-2' })).toEqual([
    { type: 'peer-read', with: 'bob', upTo: idOf(2) },
  ]);
  expect(hear(session, { type: 'displayed', with: 'bob', by: 'peer', cid: 'cid-1' })).toEqual([]);
});

test('a marker of the peer’s row counts by its message, else by its time', () => {
  const session = watchedSession();
  for (const n of [1, 2, 3]) hear(session, message('bob', n, 'alice'));
  expect(markerEvents(session, 'bob', { cid: 'cid-1', at: messageOf('bob', 9).at })).toEqual([
    { type: 'peer-read', with: 'bob', upTo: idOf(1) },
  ]);
  expect(markerEvents(session, 'bob', { cid: 'unknown', at: messageOf('bob', 2).at })).toEqual([
    { type: 'peer-read', with: 'bob', upTo: idOf(2) },
  ]);
});

test('receipts for messages that nobody knows are kept within a bound, and the newest are', () => {
  const session = watchedSession();
  for (let n = 0; n < 1000; n += 1) hear(session, { type: 'delivered', with: 'bob', cid: `guess-${n}` });
  expect(session.earlyReceipts.size).toBeLessThanOrEqual(50);
  hear(session, { type: 'delivered', with: 'bob', cid: 'cid-1' });
  expect(hear(session, message('bob', 1, 'alice'))).toContainEqual({
    type: 'receipt',
    with: 'bob',
    id: idOf(1),
    state: 'delivered',
  });
});
