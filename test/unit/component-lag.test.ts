/** How old the oldest row of the outbox is. */
import { expect, test } from '@jest/globals';
import type { Change } from '../../bridge/site/changes.ts';
import { Lag } from '../../ejabberd-modules/component/lag.ts';

const row = (id: string, age?: number): Change => ({
  id,
  kind: 'user-changed',
  user: 'alice',
  ...(age !== undefined && { age }),
});

test('is nothing where there is no row, and no more when the rows are done', () => {
  const lag = new Lag();
  expect(lag.at(5000)).toBe(0);
  lag.see([row('1')], 1000);
  lag.see([], 9000);
  expect(lag.at(9000)).toBe(0);
});

test('counts from when a row was seen first, whatever stands around it later', () => {
  const lag = new Lag();
  lag.see([row('1')], 1000);
  lag.see([row('1'), row('2')], 4000);
  expect(lag.at(6000)).toBe(5);
  lag.see([row('2'), row('3')], 7000);
  expect(lag.at(7000)).toBe(3);
});

test('counts from when it was written, where the site says so, also when nobody looks any more', () => {
  const lag = new Lag();
  lag.see([row('1', 60), row('2')], 1000);
  expect(lag.at(1000)).toBe(60);
  expect(lag.at(11_000)).toBe(70);
});
