/** Whom the rules of a roll-out choose. */
import { expect, test } from '@jest/globals';
import { EVERYBODY, isChosen, shareOf, type RolloutRules } from '../../../bridge/rollout/chosen.ts';

const users = Array.from({ length: 20_000 }, (_, n) => `user${n}`);
const percent = (share: number): RolloutRules => ({ by: 'percent', percent: share, version: 1 });
const chosenOf = (rules: RolloutRules): string[] =>
  users.filter((user) => isChosen(user, rules, new Map()) === true);

test('everybody is in when nobody has said otherwise, and nobody at 0 percent', () => {
  expect(chosenOf(EVERYBODY)).toHaveLength(users.length);
  expect(chosenOf(percent(0))).toEqual([]);
});

test('a percentage is that share of many users', () => {
  for (const share of [1, 20, 50]) {
    const part = (chosenOf(percent(share)).length / users.length) * 100;
    expect(Math.abs(part - share)).toBeLessThan(1.5);
  }
});

test('who is in at a small percentage is in at each larger one', () => {
  const small = chosenOf(percent(2.5));
  expect(chosenOf(percent(20))).toEqual(expect.arrayContaining(small));
});

test('a share is the same for ever: other releases and machines count alike', () => {
  expect(['alice', 'bob', '4711'].map(shareOf)).toEqual([4741, 3552, 2777]);
});

test('the list wins over the rules, both ways', () => {
  const list = new Map([
    ['alice', true],
    ['bob', false],
  ]);
  for (const rules of [percent(0), percent(100), { ...EVERYBODY, by: 'site' } as const]) {
    expect(isChosen('alice', rules, list)).toBe(true);
    expect(isChosen('bob', rules, list)).toBe(false);
  }
});

test('the site is asked where it decides', () => {
  expect(isChosen('carol', { ...EVERYBODY, by: 'site' }, new Map())).toBe('ask');
});
