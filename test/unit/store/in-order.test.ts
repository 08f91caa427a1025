import { afterEach, expect, jest, test } from '@jest/globals';
import { InOrder } from '../../../bridge/store/in-order.ts';

afterEach(() => {
  jest.useRealTimers();
});

function inOrder(waiting: number): { order: InOrder; refused: string[] } {
  const refused: string[] = [];
  return { order: new InOrder({ waiting, patience: 1000, onRefused: (why) => refused.push(why) }), refused };
}

const forever = (): Promise<never> => new Promise(() => undefined);

test('one key’s work is done one after the other, whatever becomes of it', async () => {
  const { order } = inOrder(10);
  const log: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    log.push(`${name} begins`);
    await Promise.resolve();
    log.push(`${name} ends`);
    if (name === 'a') throw new RangeError(name);
  };
  await Promise.allSettled(['a', 'b', 'c'].map((name) => order.run('alice', work(name))));
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(order.size).toBe(0);
});

test('work that is stuck holds up its own key alone, and so much behind it', async () => {
  const { order, refused } = inOrder(2);
  let goOn = (): void => undefined;
  const stuck = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const behind = [1, 2, 3].map((n) => order.run('alice', () => stuck.then(() => n)));
  await expect(order.run('alice', forever)).rejects.toMatchObject({ code: 'unavailable' });
  expect(refused).toEqual(['full']);
  expect(await order.run('bob', () => Promise.resolve('done'))).toBe('done');
  goOn();
  expect(await Promise.all(behind)).toEqual([1, 2, 3]);
});

test('who is refused is told behind how many, and from where', async () => {
  const { order } = inOrder(1);
  void order.run('alice', forever);
  void order.run('alice', forever).catch(() => undefined);
  const error = (await order.run('alice', forever).catch((reason: unknown) => reason)) as Error;
  const state = { limit: 1, inUse: 1, waiting: 1, behind: [] };
  expect(error.cause).toMatchObject({ name: 'NoTurn', waitedFor: 'the writes before it', state });
  expect((error.cause as Error).stack).toContain('in-order.test.ts');
});

test('who has waited long enough is refused, and those behind do not wait for each other', async () => {
  jest.useFakeTimers();
  const { order, refused } = inOrder(200);
  void order.run('alice', forever);
  const behind = Array.from({ length: 200 }, () => order.run('alice', forever));
  const answers = Promise.allSettled(behind);
  await jest.advanceTimersByTimeAsync(1000);
  for (const answer of await answers)
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  expect(refused).toEqual(behind.map(() => 'timeout'));
});
