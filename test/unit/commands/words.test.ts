/** The small pieces of `im-bridge`: times, tables, metrics, and what a person says wrong. */
import { expect, test } from '@jest/globals';
import { checkedUser, numberOf, userOf } from '../../../bridge/commands/command.ts';
import { durationOf, durationText } from '../../../bridge/commands/duration.ts';
import { labelValues, samplesOf, valueOf } from '../../../bridge/commands/prometheus.ts';
import { tableOf } from '../../../bridge/commands/table.ts';

test('times are read and written as an operator does', () => {
  expect(['30s', '10m', '2h', '1d'].map((text) => durationOf(text, 'for'))).toEqual([30, 600, 7200, 86_400]);
  for (const wrong of ['', '10', '0s', '2d', '-1s', '1.5h', '10 m', 'm'])
    expect(() => durationOf(wrong, 'for')).toThrow('--for is a number with s, m, h or d');
  expect([5, 190, 7500, 273_600].map(durationText)).toEqual(['5s', '3m 10s', '2h 5m', '3d 4h']);
});

test('one user is named, and could be one', () => {
  expect(userOf(['alice'], 'kick')).toBe('alice');
  expect(() => userOf([], 'kick')).toThrow('name one user: im-bridge kick USER');
  expect(() => userOf(['alice', 'bob'], 'kick')).toThrow('name one user');
  expect(() => checkedUser('Alice')).toThrow('that is no user id');
  expect(() => numberOf('0', 'limit', 1, 10)).toThrow('--limit is a whole number from 1 to 10');
});

test('columns are as wide as they must be, numbers to the right', () => {
  expect(
    tableOf(
      ['user', 'tabs'],
      [
        ['alice', 2],
        ['bo', 10],
      ],
    ),
  ).toBe('user   tabs\nalice     2\nbo       10\n');
});

test('metrics are read as they are written', () => {
  const samples = samplesOf(
    '# HELP a b\na 1\nb{pool="x y",state="a\\"}"} 2.5e3\nb{pool="z",state="up"} 1\nc NaN\nnonsense\n',
  );
  expect(valueOf(samples, 'a')).toBe(1);
  expect(valueOf(samples, 'b')).toBe(2501);
  expect(valueOf(samples, 'b', { pool: 'z' })).toBe(1);
  expect(valueOf(samples, 'd')).toBeUndefined();
  expect(labelValues(samples, 'b', 'pool')).toEqual(['x y', 'z']);
});
