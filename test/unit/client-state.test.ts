import { describe, expect, test } from '@jest/globals';
import { readAnswer, readConnect, readPoll } from '../../bridge/client/answers.ts';
import { newEvents, positionOf } from '../../bridge/client/cursor.ts';
import { jsonpAddress } from '../../bridge/client/jsonp.ts';
import { NOTHING, withEvents, withSnapshot } from '../../bridge/client/state.ts';
import type { Event } from '../../bridge/protocol/events.ts';
import { EMPTY_SNAPSHOT } from '../support/wire-fake.ts';

const link = (n: number): Event => ({ type: 'link', connected: true, n });

const hello: Event = {
  type: 'message',
  id: 'a1',
  cid: 'c1',
  with: 'bob',
  from: 'alice',
  body: 'hello',
  at: '2026-11-24T00:00:00.000Z',
  n: 1,
};

describe('events', () => {
  test('each n is taken once, and none that the cursor has', () => {
    const events = [link(4), link(5), link(5), link(6), link(6)];
    expect(newEvents(events, 4).map(({ n }) => n)).toEqual([5, 6]);
  });

  test('a cursor is an epoch and a number', () => {
    expect(positionOf('abc:12')).toEqual({ epoch: 'abc', n: 12 });
    expect(positionOf('a:b:7')).toEqual({ epoch: 'a:b', n: 7 });
  });

  test('a snapshot makes the state online, and an own message in it is no longer on its way', () => {
    const pending = { cid: 'c1', to: 'bob', body: 'hello', since: 0, state: 'pending' } as const;
    const before = withSnapshot({ ...NOTHING, outgoing: [pending] }, EMPTY_SNAPSHOT);
    expect(before).toMatchObject({ status: 'online', outgoing: [pending] });
    const after = withEvents(before, [hello]);
    expect(after.outgoing).toEqual([]);
    expect(after.snapshot?.conversations[0]?.messages.map(({ body }) => body)).toEqual(['hello']);
  });

  test('a conversation that goes on for weeks keeps its newest messages, in order, and knows that there are older', () => {
    const all = Array.from({ length: 5000 }, (_, n): Event => ({
      ...hello,
      id: String(10_000 + n),
      cid: `c${n}`,
      at: new Date(n * 1000).toISOString(),
      n,
    }));
    const batches = Array.from({ length: 50 }, (_, n) => all.slice(n * 100, (n + 1) * 100));
    const state = batches.reduce(withEvents, withSnapshot(NOTHING, EMPTY_SNAPSHOT));
    const [conversation] = state.snapshot?.conversations ?? [];
    const ids = conversation?.messages.map(({ id }) => id) ?? [];
    expect(ids.length).toBeLessThanOrEqual(2000);
    expect(ids.length).toBeGreaterThan(1000);
    expect(ids).toEqual(all.slice(-ids.length).map((event) => (event.type === 'message' ? event.id : '')));
    expect(conversation?.complete).toBe(false);
  });

  test('no events leave the state the same value', () => {
    const state = withSnapshot(NOTHING, EMPTY_SNAPSHOT);
    expect(withEvents(state, [])).toBe(state);
  });
});

describe('answers', () => {
  test('a refusal is thrown with its code and its time', () => {
    const refusal = { ok: false, error: { code: 'rate-limited', message: 'slower', retryAfter: 2 } };
    expect(() => readAnswer(refusal)).toThrow(
      expect.objectContaining({ code: 'rate-limited', retryAfter: 2 }),
    );
  });

  test('a code of a later version counts as internal', () => {
    const refusal = { ok: false, error: { code: 'on-holiday', message: '' } };
    expect(() => readAnswer(refusal)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test.each([null, 'hi', 7, {}, { ok: false }])('%j is no answer', (value) => {
    expect(() => readAnswer(value)).toThrow(expect.objectContaining({ code: 'network' }));
  });

  test('an answer that lacks its parts is not taken for one', () => {
    expect(() => readConnect({ ok: true, tab: 't', cursor: 'e:0', hold: 25 })).toThrow('lacks');
    expect(() => readPoll({ ok: true, cursor: 'e:0', events: [{ n: 'x' }] })).toThrow('lacks');
  });

  test('superseded is told apart from events', () => {
    expect(readPoll({ ok: true, superseded: true })).toBeUndefined();
  });
});

describe('JSONP', () => {
  test('the callback has one dotted name, and values are escaped', () => {
    const address = jsonpAddress('https://chat.example/', 'poll', { u: 'a&b', tab: 'x y' }, 'IMDock.cb.c1');
    expect(address).toBe('https://chat.example/v1/poll?u=a%26b&tab=x%20y&callback=IMDock.cb.c1');
  });

  test('a message that does not fit an address is a clear error before it is lost', () => {
    const send = (): string => jsonpAddress('https://x', 'send', { u: 'a', body: 'ü'.repeat(2000) }, 'cb');
    expect(send).toThrow(expect.objectContaining({ code: 'too-large' }));
  });
});
