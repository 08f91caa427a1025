/** Pauses between tries. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backoff } from '../../bridge/backoff.ts';

test('each pause is up to twice the one before, until they are as long as they get', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => backoff(attempt, 1));
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('two who failed together hardly come back together: half of each pause is chance', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const pause = backoff(attempt, random);
      expect(pause).toBeGreaterThanOrEqual(backoff(attempt, 0));
      expect(pause).toBeLessThanOrEqual(backoff(attempt, 1));
      expect(backoff(attempt, 0) * 2).toBe(backoff(attempt, 1));
    }),
  );
});
