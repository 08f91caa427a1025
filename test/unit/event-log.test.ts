import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventBody } from '../../bridge/protocol/events.ts';
import {
  append,
  cameAfter,
  createEventLog,
  cursorOf,
  forget,
  positionOf,
  since,
} from '../../bridge/session/event-log.ts';

const link: EventBody = { type: 'link', connected: true };
const presence = (id: string, show: 'online' | 'away'): EventBody => ({ type: 'presence', id, show });

function logOf(count: number, limit = 1000): ReturnType<typeof createEventLog> {
  const log = createEventLog('e', limit);
  for (let i = 0; i < count; i += 1) append(log, link, i);
  return log;
}

const numbers = (events: readonly string[] | undefined): number[] =>
  (events ?? []).map((json) => (JSON.parse(json) as { n: number }).n);

describe('an event log', () => {
  test('gives a reader what came after its cursor, numbered without gaps', () => {
    expect(numbers(since(logOf(5), 2))).toEqual([3, 4, 5]);
  });

  test('gives nothing to a reader who is up to date, also before the first event', () => {
    expect(since(logOf(0), 0)).toEqual([]);
    expect(since(logOf(3), 3)).toEqual([]);
  });

  test('says when the event after a number came, as long as it has it', () => {
    const log = logOf(5);
    expect([0, 2, 4, 5].map((n) => cameAfter(log, n))).toEqual([0, 2, 4, undefined]);
    forget(log, 3);
    expect([0, 2, 3].map((n) => cameAfter(log, n))).toEqual([undefined, undefined, 3]);
    expect(cameAfter(logOf(0), 0)).toBeUndefined();
  });

  test('serves the cursors that it handed out', () => {
    const log = logOf(4);
    expect(positionOf(log, cursorOf(log))).toBe(4);
    expect(positionOf(log, 'e:0')).toBe(0);
  });

  test.each(['f:1', 'e:5', 'e:-1', 'e:1.5', 'e:', 'e', '', ':1', 'e:1e0', 'e:99999999999999999999'])(
    'can’t serve the cursor %p',
    (cursor) => {
      expect(positionOf(logOf(4), cursor)).toBeUndefined();
    },
  );

  test('says of a cursor older than what it keeps that it can’t be served, rather than skip', () => {
    const log = logOf(30, 10);
    const oldest = numbers(since(log, positionOf(log, cursorOf(log)) ?? 0));
    expect(oldest).toEqual([]);
    expect(positionOf(log, 'e:5')).toBeUndefined();
    expect(since(log, 5)).toBeUndefined();
    expect(log.entries.length).toBeLessThanOrEqual(11);
  });

  test('forgets by age, and keeps its numbers', () => {
    const log = logOf(10);
    forget(log, 4);
    expect(positionOf(log, 'e:3')).toBeUndefined();
    expect(numbers(since(log, 4))).toEqual([5, 6, 7, 8, 9, 10]);
    forget(log, 100);
    expect(positionOf(log, 'e:10')).toBe(10);
    append(log, link, 200);
    expect(numbers(since(log, 10))).toEqual([11]);
  });

  test('leaves out presence that a newer one of the same friend replaces', () => {
    const log = createEventLog('e', 100);
    for (const event of [presence('bob', 'online'), presence('carol', 'online'), presence('bob', 'away')])
      append(log, event, 0);
    expect(numbers(since(log, 0))).toEqual([2, 3]);
    expect(numbers(since(log, 2))).toEqual([3]);
  });

  test('never skips anything but merged presence: whatever is appended, forgotten and read', () => {
    const step = fc.oneof(
      fc.constant('append' as const),
      fc.record({ forgetBefore: fc.nat(60) }),
      fc.constant('read' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 10, max: 30 }), (steps, limit) => {
        const log = createEventLog('e', limit);
        let cursor = 0;
        let time = 0;
        for (const what of steps) {
          if (what === 'append') append(log, link, (time += 1));
          else if (what !== 'read') forget(log, what.forgetBefore);
          else {
            const position = positionOf(log, `e:${cursor}`);
            if (position === undefined) cursor = log.last;
            else {
              expect(numbers(since(log, position))).toEqual(
                Array.from({ length: log.last - cursor }, (_, i) => cursor + 1 + i),
              );
              cursor = log.last;
            }
          }
        }
      }),
    );
  });
});
