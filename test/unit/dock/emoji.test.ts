import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { found, parsed } from '../../../bridge/dock/emoji/emojis.ts';
import { cellAfter } from '../../../bridge/dock/emoji/grid-keys.ts';

const GROUPS = parsed(
  '😀|grinning face|happy~👋|waving hand|hello\n🎉|party popper|hooray tête~🥳|partying face|party',
);
const chars = (query: string): string =>
  found(GROUPS, query)
    .map(({ char }) => char)
    .join('');

describe('search', () => {
  test.each([
    ['face', '😀🥳'],
    ['FACE gr', '😀'],
    ['  hello ', '👋'],
    ['tete', '🎉'],
    ['pop', '🎉'],
    ['part', '🎉🥳'],
    ['nothing', ''],
    ['', ''],
  ])('for %j finds %s', (query, expected) => {
    expect(chars(query)).toBe(expected);
  });

  test('finds first what begins so', () => {
    const groups = parsed('1|a big cat|~2|tomcat|~3|cat|');
    expect(found(groups, 'cat').map(({ char }) => char)).toEqual(['3', '1', '2']);
  });

  test('has a bound', () => {
    expect(found(parsed(Array.from({ length: 999 }, (_, n) => `${n}|cat|`).join('~')), 'cat')).toHaveLength(
      160,
    );
  });
});

describe('keys in a grid', () => {
  const place = { count: 20, columns: 8, rightToLeft: false };

  test.each([
    ['ArrowRight', 3, 4],
    ['ArrowRight', 19, 19],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 3, 11],
    ['ArrowDown', 15, 19],
    ['ArrowUp', 11, 3],
    ['ArrowUp', 3, -1],
    ['Home', 13, 8],
    ['End', 13, 15],
    ['End', 17, 19],
    ['PageDown', 3, 19],
    ['PageUp', 19, 3],
    ['a', 3, undefined],
  ])('%s from %d leads to %d', (key, at, to) => {
    expect(cellAfter(key, false, { ...place, at })).toBe(to);
  });

  test('go to both ends with Control, and turn with the direction', () => {
    expect(cellAfter('Home', true, { ...place, at: 13 })).toBe(0);
    expect(cellAfter('End', true, { ...place, at: 13 })).toBe(19);
    expect(cellAfter('ArrowLeft', false, { ...place, at: 3, rightToLeft: true })).toBe(4);
  });

  test('never lead out of it, but by the upper edge', () => {
    const keys = ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'PageUp', 'PageDown'];
    const anywhere = fc
      .record({
        count: fc.integer({ min: 1, max: 400 }),
        columns: fc.integer({ min: 1, max: 12 }),
        rightToLeft: fc.boolean(),
      })
      .chain((grid) => fc.record({ grid: fc.constant(grid), at: fc.nat(grid.count - 1) }));
    fc.assert(
      fc.property(anywhere, fc.constantFrom(...keys), fc.boolean(), ({ grid, at }, key, control) => {
        const next = cellAfter(key, control, { ...grid, at }) ?? NaN;
        expect(next).toBeGreaterThanOrEqual(key === 'ArrowUp' ? -1 : 0);
        expect(next).toBeLessThan(grid.count);
      }),
    );
  });
});
