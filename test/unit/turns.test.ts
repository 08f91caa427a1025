import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Turns, type Turn } from '../../bridge/turns.ts';

/** Longer than any of these tests. */
const LONG = 60_000;

describe('turns', () => {
  test('are given at once while there are some, then to who waited longest', async () => {
    const turns = new Turns(2, 10);
    expect(await turns.take(LONG)).toBe('taken');
    expect(await turns.take(LONG)).toBe('taken');
    const order: string[] = [];
    const waiting = ['a', 'b', 'c'].map((name) => turns.take(LONG).then(() => order.push(name)));
    expect([turns.used, turns.waiting]).toEqual([2, 3]);
    for (let i = 0; i < 3; i += 1) turns.give();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b', 'c']);
    expect([turns.used, turns.waiting]).toEqual([2, 0]);
    turns.give();
    turns.give();
    expect(turns.used).toBe(0);
  });

  test('are refused at once when too many wait', async () => {
    const turns = new Turns(1, 1);
    await turns.take(LONG);
    const waiting = turns.take(LONG);
    expect(await turns.take(LONG)).toBe('full');
    turns.give();
    expect(await waiting).toBe('taken');
  });

  test('are not waited for longer than was said, and who gave up takes no place', async () => {
    const turns = new Turns(1, 1);
    await turns.take(LONG);
    expect(await turns.take(1)).toBe('timeout');
    expect(turns.waiting).toBe(0);
    const next = turns.take(LONG);
    turns.give();
    expect(await next).toBe('taken');
    turns.give();
    expect(turns.used).toBe(0);
  });

  test('are never more than the limit, nor lost, whatever the order of taking and giving', async () => {
    const steps = fc.array(fc.boolean(), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), fc.nat(4), async (taking, limit, queue) => {
        const turns = new Turns(limit, queue);
        const asked: Promise<Turn>[] = [];
        let given = 0;
        for (const take of taking) {
          if (take) asked.push(turns.take(LONG));
          else if (turns.used > 0) {
            turns.give();
            given += 1;
          }
          expect(turns.used).toBeLessThanOrEqual(limit);
          expect(turns.waiting).toBeLessThanOrEqual(queue);
          expect(turns.waiting === 0 || turns.used === limit).toBe(true);
        }
        const left = turns.used + turns.waiting;
        for (let i = 0; i < left; i += 1) turns.give(); // those who wait take their turn, and give it as well
        const taken = (await Promise.all(asked)).filter((turn) => turn === 'taken').length;
        expect(taken).toBe(given + left);
        expect([turns.used, turns.waiting]).toEqual([0, 0]);
      }),
    );
  });
});
