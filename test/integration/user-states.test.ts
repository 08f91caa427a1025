/** The users' rows in a real MariaDB. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MysqlPool } from '../../bridge/mysql/pool.ts';
import type { UserState } from '../../bridge/session/states.ts';
import { migrate } from '../../bridge/store/migrate.ts';
import { UserStates } from '../../bridge/store/user-states.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';
import { whileStopped } from '../support/stopped.ts';
import { noLog as log } from '../support/no-log.ts';

let dir: string;
let mariadb: Mariadb;
let pools: MysqlPool[];
let here: UserStates;
/** Of another worker. */
let there: UserStates;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'im-states-'));
  mariadb = await startMariadb({ dir, port: await freePort() });
  await ensureDatabase(mariadb, 'im');
  const { host, port, user, password } = mariadb;
  const limits = { size: 4, queue: 100, acquireTimeout: 1, queryTimeout: 1 };
  const account = { host, port, user, password, database: 'im', pool: limits };
  pools = [1, 2].map((n) => new MysqlPool(`test-${n}`, account, log));
  await migrate(account, log);
  [here, there] = pools.map((pool) => new UserStates(pool)) as [UserStates, UserStates];
});

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await mariadb.kill();
  await rm(dir, { recursive: true });
});

const setting = (key: string, value: unknown) => (stored: UserState) => ({
  ...stored,
  ui: { ...stored.ui, [key]: value },
  uiVersion: stored.uiVersion + 1,
});

test('a new user is online, with nothing kept', async () => {
  expect(await here.load('new')).toEqual({
    version: 0,
    presence: { show: 'online' },
    ui: {},
    uiVersion: 0,
    conversations: [],
  });
});

test('what is stored comes back as it was, whatever people write', async () => {
  const state: UserState = {
    version: 1,
    presence: { show: 'dnd', status: 'größer als 🐘 "quoted" \\ back' },
    ui: { 'draft:bob': 'ein \u2028 Entwurf\n', nested: { list: [1, null, { deep: true }] }, ключ: '' },
    uiVersion: 7,
    newest: { id: '1700000000000000', at: '2023-11-14T22:13:20.000Z' },
    conversations: [
      { with: "o'brien+1", unread: 3, readUpTo: '1', readCid: 'c', readAt: 'then', peerReadUpTo: '2' },
    ],
  };
  await here.update('alice', () => state);
  expect(await there.load('alice')).toEqual(state);
});

test('two workers that write at the same time both succeed, and nothing of either is lost', async () => {
  const keys = Array.from({ length: 40 }, (_, n) => `key-${n}`);
  await Promise.all(keys.map((key, n) => (n % 2 === 0 ? here : there).update('both', setting(key, n))));
  const { ui, uiVersion } = await here.load('both');
  expect(Object.keys(ui).sort()).toEqual(keys.toSorted());
  expect(uiVersion).toBe(keys.length);
});

test('a change that refuses leaves the row as it was, and those behind it go on', async () => {
  await here.update('carol', setting('a', 1));
  const refused = here.update('carol', () => {
    throw new RangeError('no');
  });
  const next = here.update('carol', setting('b', 2));
  await expect(refused).rejects.toThrow(RangeError);
  expect((await next).ui).toEqual({ a: 1, b: 2 });
});

test('tells how far peers have read, of those who have said so', async () => {
  const conversations = [
    { with: 'dora', unread: 0, readUpTo: '5', readCid: 'her-5', readAt: '2026-01-01T00:00:00.000Z' },
    { with: 'other', unread: 0, readUpTo: '6', readCid: 'x', readAt: '2026-02-01T00:00:00.000Z' },
  ];
  await here.update('reader', (stored) => ({ ...stored, conversations }));
  await here.update('silent', (stored) => ({ ...stored, conversations: [{ with: 'dora', unread: 2 }] }));
  expect(await here.readBy(['reader', 'silent', 'unknown'], 'dora')).toEqual(
    new Map([['reader', { cid: 'her-5', at: '2026-01-01T00:00:00.000Z' }]]),
  );
});

test('says that it is unavailable while the database hangs, and goes on after it', async () => {
  await whileStopped(mariadb, async () => {
    await expect(here.load('alice')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(here.update('alice', setting('a', 1))).rejects.toMatchObject({ code: 'unavailable' });
  });
  await here.update('alice', setting('after', 1));
  expect((await there.load('alice')).ui).toMatchObject({ after: 1 });
});
