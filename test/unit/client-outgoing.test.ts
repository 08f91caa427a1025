import { describe, expect, test } from '@jest/globals';
import type { Message } from '../../bridge/protocol/events.ts';
import { keepOutgoing, keptOutgoing } from '../../bridge/client/outgoing-memory.ts';
import * as outgoing from '../../bridge/client/outgoing.ts';
import { newCid } from '../../bridge/client/options.ts';

const draft = (cid: string, to = 'bob'): Parameters<typeof outgoing.queued>[1] => ({
  cid,
  to,
  body: `body of ${cid}`,
  since: 1000,
});

const message = (more: Partial<Message>): Message => ({
  id: 'a1',
  with: 'bob',
  from: 'alice',
  body: '',
  at: '2026-11-24T00:00:00.000Z',
  ...more,
});

const NOT_FRIENDS = { code: 'not-friends', message: 'not friends' } as const;

describe('own messages on their way', () => {
  const one = outgoing.queued([], draft('c1'));

  test('an answer makes it sent, and its event takes it off the list', () => {
    const sent = outgoing.answered(one, 'c1', { id: 'a1', at: 'now' });
    expect(sent).toMatchObject([{ cid: 'c1', state: 'sent', id: 'a1' }]);
    expect(outgoing.notAmong(sent, [message({ id: 'a1' })], 'alice')).toEqual([]);
  });

  test('an event that comes before the answer takes it off by its cid', () => {
    expect(outgoing.notAmong(one, [message({ cid: 'c1' })], 'alice')).toEqual([]);
  });

  test('a cid that somebody else used changes nothing', () => {
    expect(outgoing.notAmong(one, [message({ cid: 'c1', from: 'bob' })], 'alice')).toEqual(one);
  });

  test('a snapshot has what was answered before it; the rest stays', () => {
    const list = outgoing.answered(outgoing.queued(one, draft('c2')), 'c1', { id: 'a1', at: 'now' });
    expect(outgoing.besideSnapshot(list, [], 'alice').map(({ cid }) => cid)).toEqual(['c2']);
  });

  test('messages to one person leave in order, failed ones are passed over', () => {
    const list = outgoing.refused(outgoing.queued(one, draft('c2')), 'c1', NOT_FRIENDS);
    expect(outgoing.nextTo(list, 'bob')?.cid).toBe('c2');
    expect(outgoing.nextTo(list, 'carol')).toBeUndefined();
  });

  test('a refused message is retried with a new cid, one of unknown fate with its own', () => {
    const refused = outgoing.refused(one, 'c1', NOT_FRIENDS);
    expect(outgoing.retried(refused, 'c1', 'c9', 2000)).toMatchObject([
      { cid: 'c9', state: 'pending', since: 2000 },
    ]);
    const unsure = outgoing.refused(one, 'c1', { code: 'internal', message: '' });
    expect(outgoing.retried(unsure, 'c1', 'c9', 2000)).toMatchObject([
      { cid: 'c1', state: 'pending', since: 1000 },
    ]);
    expect(outgoing.retried(one, 'c1', 'c9', 2000)).toBe(one);
  });

  test('what has been pending for half a day is failed, and a retry is another message', () => {
    const halfDay = 12 * 3600 * 1000;
    expect(outgoing.overdueRefused(one, 1000 + halfDay - 1)).toBe(one);
    const list = outgoing.queued(one, { ...draft('c2'), since: 2000 });
    const left = outgoing.overdueRefused(list, 1000 + halfDay);
    expect(left).toMatchObject([
      { cid: 'c1', state: 'failed', error: { code: 'unanswered' } },
      { cid: 'c2', state: 'pending' },
    ]);
    expect(outgoing.retried(left, 'c1', 'c9', 2000)).toMatchObject([
      { cid: 'c2' },
      { cid: 'c9', since: 2000 },
    ]);
  });

  test('an answer that comes later still counts', () => {
    const late = outgoing.overdueRefused(one, 24 * 3600 * 1000);
    expect(outgoing.answered(late, 'c1', { id: 'a1', at: 'now' })).toMatchObject([{ state: 'sent' }]);
  });

  test('there is a bound: failed ones make room, and then it says so', () => {
    let list: outgoing.OutgoingList = [];
    for (let n = 0; n < outgoing.MOST_OUTGOING; n += 1) list = outgoing.queued(list, draft(`c${n}`));
    expect(() => outgoing.queued(list, draft('more'))).toThrow(RangeError);
    const next = outgoing.queued(outgoing.refused(list, 'c3', NOT_FRIENDS), draft('more'));
    expect(next).toHaveLength(outgoing.MOST_OUTGOING);
    expect(next.some(({ cid }) => cid === 'c3')).toBe(false);
  });

  test('a cid is 128 random bits', () => {
    expect(newCid()).toMatch(/^[0-9a-f]{32}$/);
    expect(newCid()).not.toBe(newCid());
  });
});

describe('what is kept over a page load', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const list = outgoing.queued([], draft('c1'));

  test('comes back with its cid, for the same user only', () => {
    keepOutgoing(storage, 'alice', list);
    expect(keptOutgoing(storage, 'alice', 2000)).toEqual(list);
    expect(keptOutgoing(storage, 'bob', 2000)).toEqual([]);
  });

  test('is not sent by itself when the bridge may have forgotten the cid', () => {
    keepOutgoing(storage, 'alice', list);
    const day = 24 * 3600 * 1000;
    expect(keptOutgoing(storage, 'alice', day)).toMatchObject([
      { state: 'failed', error: { code: 'unanswered' } },
    ]);
  });

  test.each(['', 'null', '[]', '{"user":"alice","kept":[null,{"cid":1},7]}', '{"user":'])(
    'is nothing when the storage holds %j',
    (text) => {
      kept.set('im:outgoing', text);
      expect(keptOutgoing(storage, 'alice', 0)).toEqual([]);
    },
  );

  test('a storage that throws is no fault', () => {
    const forbidden = (): never => {
      throw new Error('SecurityError');
    };
    const closed = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    expect(() => keepOutgoing(closed, 'alice', list)).not.toThrow();
    expect(keptOutgoing(closed, 'alice', 0)).toEqual([]);
  });
});
