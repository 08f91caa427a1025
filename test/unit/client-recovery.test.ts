import { describe, expect, test } from '@jest/globals';
import { backOff, delayBefore, fateOf, stepAfter } from '../../bridge/client/recovery.ts';

describe('the way back after a fault', () => {
  test('gone leads to the old tab first, then to a fresh token', () => {
    expect(stepAfter('poll', 'gone')).toBe('connect-tab');
    expect(stepAfter('connect-tab', 'gone')).toBe('connect-token');
  });

  test.each(['bad-token', 'token-expired'] as const)('%s leads to a fresh token', (code) => {
    expect(stepAfter('connect-tab', code)).toBe('connect-token');
    expect(stepAfter('poll', code)).toBe('connect-token');
  });

  test.each(['network', 'unavailable', 'rate-limited', 'too-many-tabs', 'internal'] as const)(
    '%s means the same again',
    (code) => {
      expect(stepAfter('poll', code)).toBe('poll');
      expect(stepAfter('connect-token', code)).toBe('connect-token');
    },
  );

  test('a connect that is refused for what it is, is not repeated', () => {
    expect(stepAfter('connect-token', 'bad-request')).toBe('stop');
  });
});

describe('the wait before it', () => {
  const at = (failures: number, random: number, sameStep = true, retryAfter?: number): number =>
    delayBefore({ retryAfter }, { failures, sameStep, random: () => random });

  test('is anything from nothing to a bound that doubles up to half a minute', () => {
    expect([0, 1, 2, 3].map((failures) => backOff(failures, () => 1))).toEqual([500, 1000, 2000, 4000]);
    expect(backOff(3, () => 0)).toBe(0);
    expect(backOff(1000, () => 1)).toBe(30_000);
  });

  test('is none when a first fault has another way back', () => {
    expect(at(0, 1, false)).toBe(0);
    expect(at(1, 1, false)).toBe(1000);
  });

  test('is what the bridge asked for, and up to half more', () => {
    expect(at(0, 0, true, 4)).toBe(4000);
    expect(at(9, 1, false, 4)).toBe(6000);
  });
});

describe('the fate of a message', () => {
  test('a refusal is final, a fault on the way is not', () => {
    expect(fateOf('not-friends', 0)).toBe('refused');
    expect(fateOf('too-large', 0)).toBe('refused');
    expect(fateOf('network', 1000)).toBe('retry');
    expect(fateOf('rate-limited', 1000)).toBe('retry');
    expect(fateOf('gone', 0)).toBe('reconnect');
  });

  test('an internal fault is retried some times', () => {
    expect([0, 3, 4].map((failures) => fateOf('internal', failures))).toEqual(['retry', 'retry', 'refused']);
  });
});
