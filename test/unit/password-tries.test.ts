import { expect, test } from '@jest/globals';
import { OwnCount } from '../../ejabberd-modules/auth/tries.ts';

const LIMITS = { passwordTries: 3, passwordWindow: 10 };
const takes = (count: OwnCount, user: string, times: readonly number[]): boolean[] =>
  times.map((now) => count.take(user, now));

test('a user has so many tries in a window that begins with the first, and then again', () => {
  const count = new OwnCount(LIMITS);
  expect(takes(count, 'a', [0, 1, 2, 3, 9999])).toEqual([true, true, true, false, false]);
  expect(takes(count, 'a', [10_000, 10_001, 10_002, 10_003])).toEqual([true, true, true, false]);
});

test('one user’s tries are no other’s', () => {
  const count = new OwnCount(LIMITS);
  takes(count, 'a', [0, 0, 0, 0]);
  expect(takes(count, 'b', [0])).toEqual([true]);
});

test('what is given back does not count, and nobody gets more back than was taken', () => {
  const count = new OwnCount(LIMITS);
  takes(count, 'a', [0, 0]);
  for (let i = 0; i < 5; i += 1) count.giveBack('a');
  count.giveBack('unknown');
  expect(takes(count, 'a', [1, 1, 1, 1])).toEqual([true, true, true, false]);
});

test('many names push out the oldest one, and not the newest', () => {
  const count = new OwnCount(LIMITS);
  takes(count, 'first', [0, 0, 0, 0]);
  takes(count, 'last', [0, 0, 0, 0]);
  for (let i = 0; i < 9999; i += 1) count.take(`name ${i}`, 1);
  expect([count.take('last', 2), count.take('first', 2)]).toEqual([false, true]);
});
