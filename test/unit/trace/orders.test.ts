/** Who is traced: the orders in the folder, and what an operator may ask. */
import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addTrace, listTraces, removeTrace, secondsOf } from '../../../bridge/trace/asking.ts';
import { fileNameOf, parseOrder } from '../../../bridge/trace/order.ts';
import { ordersIn, type TraceFolder } from '../../../bridge/trace/orders.ts';
import { isUserId } from '../../../bridge/user-id.ts';

let above: string;
let folder: TraceFolder;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'im-trace-'));
  folder = { dir: join(above, 'run/traces'), users: 3, size: 1000 };
});
afterEach(() => rmSync(above, { recursive: true }));

const add = (user: string, seconds = 60): ReturnType<typeof addTrace> =>
  addTrace(folder, { user, seconds, bodies: false });
const users = (): string[] => listTraces(folder).map(({ user }) => user);

test('added, listed, removed', () => {
  expect(users()).toEqual([]);
  const { file, until } = add('alice');
  expect(file).toBe(join(folder.dir, 'alice.log'));
  expect(Date.parse(until)).toBeGreaterThan(Date.now());
  add('bob');
  expect(users()).toEqual(['alice', 'bob']);
  expect([removeTrace(folder, 'alice'), removeTrace(folder, 'alice')]).toEqual([true, false]);
  expect(users()).toEqual(['bob']);
});

test('added again it is the same trace, from now', () => {
  const first = add('alice', 10);
  const second = add('alice', 100);
  expect(second.trace).toBe(first.trace);
  expect(listTraces(folder)).toMatchObject([{ user: 'alice', until: second.until }]);
  removeTrace(folder, 'alice');
  expect(add('alice').trace).not.toBe(first.trace);
});

test('not more than may be, but the same ones again', () => {
  for (const user of ['alice', 'bob', 'carol']) add(user);
  expect(() => add('dave')).toThrow('3 users are traced');
  expect(add('bob').user).toBe('bob');
});

test('what is over is no order any more, and is taken away by the next that is added', () => {
  const past = { trace: 'x', user: 'bob', until: '2026-01-01T00:00:00.000Z', bodies: false };
  add('alice');
  writeFileSync(join(folder.dir, 'bob.json'), JSON.stringify(past));
  expect(users()).toEqual(['alice']);
  add('carol');
  expect(readdirSync(folder.dir).sort()).toEqual(['alice.json', 'carol.json']);
});

test('it is for its owner alone; in a folder that is shared, for those who share it', () => {
  const mode = (name: string): number => statSync(join(folder.dir, name)).mode & 0o777;
  add('alice');
  expect([mode('.'), mode('alice.json')]).toEqual([0o700, 0o600]);
  folder = { ...folder, dir: mkdtempSync(join(above, 'shared-')) };
  chmodSync(folder.dir, 0o2770);
  add('alice');
  expect(mode('alice.json')).toBe(0o660);
});

test.each([
  ['30s', 30],
  ['10m', 600],
  ['2h', 7200],
  ['1d', 86_400],
])('%s is so many seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each(['', '10', 'm', '0s', '25h', '2d', '-1m', '1.5h', '10m ', '9999999s'])('%j is no time', (text) => {
  expect(() => secondsOf(text)).toThrow('as in 10m');
});

test('nobody but who could be a user is traced', () => {
  for (const user of ['Alice', '', 'a\nb', 'x'.repeat(129), 'alíce'])
    expect(() => add(user)).toThrow('no user id');
});

test('an id names a file in the folder, and one of its own', () => {
  const ids = fc.string({ maxLength: 128 }).filter(isUserId);
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      const name = fileNameOf(one);
      expect(name).toMatch(/^[\w.!~*'()%-]{1,200}$/);
      expect(fileNameOf(other) === name).toBe(other === one);
    }),
  );
  const longest = fileNameOf('/'.repeat(128));
  expect(longest).toMatch(/^[0-9a-f]{64}$/);
  expect(fileNameOf('..')).toBe('..'); // with .json or .log behind it
});

test('what is no order is none', () => {
  const right = { trace: 'x', user: 'alice', until: new Date(Date.now() + 1000).toISOString(), bodies: true };
  expect(parseOrder(JSON.stringify(right))).toEqual(right);
  expect(parseOrder(JSON.stringify({ ...right, later: 1 }))).toEqual(right);
  const wrong = [
    { user: 'Alice' },
    { user: undefined },
    { until: 'soon' },
    { until: '9999-01-01T00:00:00.000Z' }, // for ever
    { bodies: 'yes' },
    { trace: 'a b' },
  ];
  for (const change of wrong) expect(parseOrder(JSON.stringify({ ...right, ...change }))).toBeUndefined();
  for (const text of ['', 'null', '[]', '"alice"', '{']) expect(parseOrder(text)).toBeUndefined();
});

test('an order in the file of another is none', () => {
  add('alice');
  renameSync(join(folder.dir, 'alice.json'), join(folder.dir, 'bob.json'));
  expect(ordersIn(folder)).toEqual([]);
});
