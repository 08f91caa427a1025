import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { registry, scrape } from '../../bridge/metrics.ts';
import { Turns, type Turn } from '../../bridge/turns.ts';
import { Scraped } from '../support/scraped.ts';

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

describe('turns with a name', () => {
  const names = { used: 'lookups', waiting: 'lookup-queue', each: true } as const;
  const look = async (): Promise<Scraped> => new Scraped(await scrape());

  test('are counted over all that have it: used, waiting, refused, and how long one waited', async () => {
    registry.resetMetrics();
    const [one, other] = [new Turns(1, 1, names), new Turns(1, 1, names)];
    for (const turns of [one, other]) await turns.take(LONG);
    const waiting = one.take(LONG);
    expect(await one.take(LONG)).toBe('full');
    expect(await other.take(1)).toBe('timeout');
    const busy = await look();
    expect(busy.sum('im_capacity_used', { of: 'lookups' })).toBe(2);
    expect(busy.sum('im_capacity_used', { of: 'lookup-queue' })).toBe(1);
    expect(busy.sum('im_capacity_refused_total', { of: 'lookup-queue', reason: 'full' })).toBe(1);
    expect(busy.sum('im_capacity_refused_total', { of: 'lookup-queue', reason: 'timeout' })).toBe(1);
    one.give();
    await waiting;
    for (const turns of [one, other]) turns.give();
    const free = await look();
    expect(free.sum('im_capacity_used')).toBe(0);
    expect(free.sum('im_capacity_wait_seconds_count', { of: 'lookup-queue' })).toBe(5);
  });

  test('for all together have a limit, and for each user none', async () => {
    new Turns(7, 70, { used: 'questions', waiting: 'question-queue' });
    new Turns(3, 6, names);
    const seen = await look();
    expect(seen.sum('im_capacity_limit', { of: 'questions' })).toBe(7);
    expect(seen.sum('im_capacity_limit', { of: 'question-queue' })).toBe(70);
    expect(seen.text).not.toMatch(/^im_capacity_limit\{of="lookups"/m);
  });

  test('say what they are busy with, those first that have taken longest', async () => {
    const turns = new Turns(2, 10);
    await turns.take(LONG);
    const task = turns.underWay.begin('a slow one', performance.now() - 2000);
    turns.underWay.begin('another');
    const { behind, ...rest } = turns.state;
    expect(rest).toEqual({ limit: 2, inUse: 1, waiting: 0 });
    expect(behind.map(({ what }) => what)).toEqual(['a slow one', 'another']);
    expect(behind[0]?.seconds).toBeGreaterThanOrEqual(2);
    turns.underWay.end(task);
    expect(turns.state.behind.map(({ what }) => what)).toEqual(['another']);
  });
});
