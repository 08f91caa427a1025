import { describe, expect, test } from '@jest/globals';
import { InOrder } from '../../bridge/xmpp/in-order.ts';

function line(): { told: string[]; order: InOrder<string> } {
  const told: string[] = [];
  return { told, order: new InOrder((item) => told.push(item)) };
}

describe('the order of own and others’ messages', () => {
  test('others’ messages pass at once while nothing is open', () => {
    const { told, order } = line();
    order.pass('theirs');
    expect(told).toEqual(['theirs']);
  });

  test('what comes behind an own message waits for its fate, and keeps its place', () => {
    const { told, order } = line();
    order.hold('c1', 'mine');
    order.pass('theirs');
    expect(told).toEqual([]);
    order.release('c1');
    expect(told).toEqual(['mine', 'theirs']);
  });

  test('a message that bounced is not told, and nobody waits for it', () => {
    const { told, order } = line();
    order.hold('c1', 'mine');
    order.pass('theirs');
    order.drop('c1');
    expect(told).toEqual(['theirs']);
  });

  test('two own messages are told in their order, whichever is decided first', () => {
    const { told, order } = line();
    order.hold('c1', 'first');
    order.hold('c2', 'second');
    order.release('c2');
    order.release('c1');
    expect(told).toEqual(['first', 'second']);
    expect(order.waiting).toBe(0);
  });
});
