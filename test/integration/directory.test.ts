import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { pino } from 'pino';
import type { ApiConfig, Config, SiteQueries } from '../../bridge/config/schema.ts';
import { metrics } from '../../bridge/metrics.ts';
import { PoolTimeout } from '../../bridge/mysql/errors.ts';
import type { Change } from '../../bridge/site/changes.ts';
import { DirectoryUnavailable, type Directory } from '../../bridge/site/directory.ts';
import { openChanges, openDirectory } from '../../bridge/site/open.ts';
import { createSite } from '../demo/site/app.tsx';
import { Database } from '../demo/site/database.ts';
import { demoQueries } from '../demo/site/queries.ts';
import { seed, type SeedConnection } from '../demo/site/seed.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';
import { whileStopped } from '../support/stopped.ts';
import { waitUntil } from '../support/wait-until.ts';
import { noLog as log } from '../support/no-log.ts';

const FRIENDS = 5;
const SECRET = 'of-the-api-0123456789-0123456789-012';

let dir: string;
let mariadb: Mariadb;
let account: SeedConnection;
let site: mysql.Connection;
let database: Database;
let web: Server;
let directory: Directory;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'im-directory-'));
  mariadb = await startMariadb({ dir, port: await freePort() });
  await ensureDatabase(mariadb, 'site');
  const { socket, user, password } = mariadb;
  account = { socket, user, password, database: 'site' };
  await seed(account, { users: 30, friends: 4 });
  site = await mysql.createConnection({ socketPath: socket, user, password, database: 'site' });
  await startWeb();
  directory = open();
});

/** The demo site, with its API. */
async function startWeb(): Promise<void> {
  const { host, port, user, password } = mariadb;
  database = new Database({ host, port, user, password, database: 'site' });
  const settings = {
    bridgeUrl: 'http://127.0.0.1:9',
    token: { secret: SECRET, audience: 'im' },
    api: { secret: SECRET },
  };
  web = createServer(createSite({ settings, database, log: pino({ level: 'silent' }) }));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
}

afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  web.closeAllConnections();
  web.close();
  await database.close();
  await site.end();
  await mariadb.kill();
  await rm(dir, { recursive: true });
});

interface Opening {
  readonly queries?: SiteQueries;
  readonly api?: Partial<ApiConfig>;
  /** Seconds for an answer. */
  readonly timeout?: number;
  readonly limit?: number;
}

type SiteConfig = Pick<Config, 'site' | 'limits'>;

/** By SQL alone, unless `api` is given; then what `queries` leaves out is asked there. */
function configOf({ queries, api, timeout = 1, limit = FRIENDS }: Opening): SiteConfig {
  const { host, port, user, password } = mariadb;
  const pool = { size: 5, queue: 100, acquireTimeout: 2, queryTimeout: 5 };
  return {
    site: {
      mysql: { host, port, user, password, database: 'site', pool },
      queries: queries ?? (api === undefined ? demoQueries : {}),
      ...(api !== undefined && { api: apiConfig(api) }),
      timeout,
    },
    limits: { friends: limit } as Config['limits'],
  };
}

function apiConfig(change: Partial<ApiConfig>): ApiConfig {
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/api`;
  const breaker = { failures: 1000, pause: 1 };
  return { url, secret: SECRET, timeout: 1, connections: 5, queue: 100, retries: 2, breaker, ...change };
}

function openWith(opening: Opening): Directory {
  const one = openDirectory(configOf(opening), log);
  opened.push(one);
  return one;
}

const open = (queries: SiteQueries = {}, timeout = 1): Directory =>
  openWith({ queries: { ...demoQueries, ...queries }, timeout });

/** It differs from one moment to the next. */
function withoutAge({ age, ...change }: Change): Omit<Change, 'age'> {
  expect(age).toBeGreaterThanOrEqual(0);
  return change;
}

const ids = (people: readonly { id: string }[]): string[] => people.map(({ id }) => id);

const { password: _passwordQuery, ...withoutPassword } = demoQueries;

describe.each<[how: string, opening: () => Opening]>([
  ['by SQL', () => ({})],
  ['by the API', () => ({ api: {} })],
  ['by SQL, and the API for passwords', () => ({ queries: withoutPassword, api: {} })],
  ['by the API, and SQL for passwords', () => ({ queries: { password: demoQueries.password }, api: {} })],
])('the directory %s', (_how, opening) => {
  let directory: Directory;

  beforeAll(() => {
    directory = openWith(opening());
  });

  test('knows who somebody is, and that others are nobody', async () => {
    expect(await directory.user('alice')).toEqual({ id: 'alice', name: 'Alice' });
    for (const id of [
      'nobody',
      'ALICE',
      'alice ',
      '',
      'álice',
      'a/b',
      '..',
      '.',
      'x%2f',
      '%',
      "alice' OR '1'='1",
      'a'.repeat(2000),
    ]) {
      expect(await directory.user(id)).toBeUndefined();
      expect(await directory.friends(id)).toEqual([]);
      expect(await directory.checkPassword(id, 'pw-alice')).toBe(false);
    }
  });

  test('gives the friends of each, with the groups that the site has them in', async () => {
    expect(await directory.friends('alice')).toEqual([
      { id: 'bob', name: 'Bob', groups: ['Close friends'] },
      { id: 'carol', name: 'Carol', groups: [] },
    ]);
    expect(ids(await directory.friends('bob'))).toEqual(['alice']);
    expect(await directory.friends('dave')).toEqual([]);
  });

  test('says who are friends, both ways, and nobody is a friend of himself', async () => {
    expect(await directory.areFriends('alice', 'bob')).toBe(true);
    expect(await directory.areFriends('bob', 'alice')).toBe(true);
    expect(await directory.areFriends('bob', 'carol')).toBe(false);
    expect(await directory.areFriends('alice', 'alice')).toBe(false);
    expect(await directory.areFriends('alice', 'nobody')).toBe(false);
  });

  test('checks site passwords of each kind of hash', async () => {
    for (const id of ['alice', 'bob', 'carol', 'dave', 'u7']) {
      expect(await directory.checkPassword(id, `pw-${id}`)).toBe(true);
      expect(await directory.checkPassword(id, `pw-${id}x`)).toBe(false);
      expect(await directory.checkPassword(id, '')).toBe(false);
    }
  });

  test('sees a change at once, and a suspended user is nobody', async () => {
    await site.query("UPDATE users SET status = 'suspended' WHERE id = 'carol'");
    try {
      expect(await directory.user('carol')).toBeUndefined();
      expect(ids(await directory.friends('alice'))).toEqual(['bob']);
      expect(await directory.areFriends('alice', 'carol')).toBe(false);
      expect(await directory.checkPassword('carol', 'pw-carol')).toBe(false);
    } finally {
      await site.query("UPDATE users SET status = 'active' WHERE id = 'carol'");
    }
    expect(ids(await directory.friends('alice'))).toEqual(['bob', 'carol']);
  });

  test('gives no more friends than the limit', async () => {
    expect(await openWith({ ...opening(), limit: 3 }).friends('u0')).toHaveLength(3);
  });

  test('is unavailable while the database hangs, and answers when it goes on', async () => {
    const one = openWith({ ...opening(), timeout: 0.3 });
    await waitUntil('an answer', async () => (await one.friends('alice')).length === 2);
    await whileStopped(mariadb, async () => {
      await expect(one.user('alice')).rejects.toThrow(DirectoryUnavailable);
      await expect(one.friends('alice')).rejects.toThrow(DirectoryUnavailable);
      await expect(one.areFriends('alice', 'bob')).rejects.toThrow(DirectoryUnavailable);
      await expect(one.checkPassword('alice', 'pw-alice')).rejects.toThrow(DirectoryUnavailable);
    });
    await waitUntil('an answer', async () => (await one.friends('alice')).length === 2);
  });
});

describe.each<[how: string, opening: () => Opening]>([
  ['by SQL', () => ({ queries: demoQueries })],
  ['by the API', () => ({ api: {} })],
])('the list of changes %s', (_how, opening) => {
  beforeEach(async () => {
    await site.query('DELETE FROM im_outbox');
  });

  test('gives the oldest first, again until they are done, and then no more', async () => {
    const changes = openChanges(configOf(opening()), log);
    if (changes === undefined) throw new Error('no list of changes');
    opened.push(changes);
    const next = async (): Promise<Omit<Change, 'age'>[]> => (await changes.next()).map(withoutAge);
    expect(await next()).toEqual([]);
    await site.query(`INSERT INTO im_outbox (kind, user_id, friend_id)
      VALUES ('friend-removed', 'alice', 'bob'), ('user-changed', 'carol', NULL), ('friend-added', 'u1', 'u2')`);
    const [first, second, third] = (await changes.next()).map(withoutAge);
    expect(first).toEqual({ id: expect.any(String), kind: 'friend-removed', user: 'alice', friend: 'bob' });
    expect(second).toEqual({ id: expect.any(String), kind: 'user-changed', user: 'carol' });
    expect(await next()).toEqual([first, second, third]);
    await changes.done([String(first?.id), String(third?.id)]);
    expect(await next()).toEqual([second]);
    await changes.done([String(first?.id), String(second?.id)]);
    await changes.done([]);
    expect(await next()).toEqual([]);
  });

  test('gives 500 at the most, and takes off as many', async () => {
    const changes = openChanges(configOf({ ...opening(), timeout: 5 }), log);
    if (changes === undefined) throw new Error('no list of changes');
    opened.push(changes);
    await site.query("INSERT INTO im_outbox (kind, user_id) SELECT 'user-changed', 'u1' FROM seq_1_to_620");
    const some = await changes.next();
    expect(some).toHaveLength(500);
    await changes.done(some.map(({ id }) => id));
    const rest = await changes.next();
    expect(rest).toHaveLength(120);
    await changes.done(rest.map(({ id }) => id));
    expect(await changes.next()).toEqual([]);
  });
});

test('there is no list of changes without a query for it, and without an API', () => {
  const { changes: _changes, changesDone: _done, ...queries } = demoQueries;
  expect(openChanges(configOf({ queries }), log)).toBeUndefined();
});

test('the API answers nobody without its secret', async () => {
  for (const secret of ['', 'x'.repeat(40), SECRET.slice(1)]) {
    const other = openWith({ api: { secret } });
    await expect(other.user('alice')).rejects.toThrow(DirectoryUnavailable);
    await expect(other.checkPassword('alice', 'pw-alice')).rejects.toThrow(DirectoryUnavailable);
  }
});

describe('the directory by SQL alone', () => {
  test('leaves out rows whose id can not be an address, counts them, and keeps the others', async () => {
    const rows = ['Upper', 'back\\slash', ' ', 'fine'].map(
      (id) => `SELECT ? AS me, '${id.replace('\\', '\\\\')}' AS id`,
    );
    const friends = `SELECT id, NULL AS name, NULL AS avatar, 'a, b,,a' AS \`groups\` FROM (${rows.join(' UNION ')}) r`;
    const odd = open({ friends: friends.replaceAll('?', "'x'").replace("'x'", '?') });
    const count = async (): Promise<number> =>
      (await metrics.directoryRowsIgnored.get()).values.find(({ labels }) => labels.question === 'friends')
        ?.value ?? 0;
    const before = await count();
    expect(await odd.friends('alice')).toEqual([{ id: 'fine', name: 'fine', groups: ['a', 'b'] }]);
    expect((await count()) - before).toBe(3);
  });

  test('joins the rows of a friend who is in several groups, and keeps ids of numbers apart from text', async () => {
    const friends =
      "SELECT id, 'N' AS name, NULL AS avatar, g AS `groups` FROM" +
      " (SELECT 12 AS id, 'x' AS g, ? AS me UNION ALL SELECT 12, 'y', '') r";
    const numbers = open({
      friends,
      user: "SELECT 12 AS id, 'N' AS name, NULL AS avatar FROM dual WHERE 12 = ?",
    });
    expect(await numbers.friends('1')).toEqual([{ id: '12', name: 'N', groups: ['x', 'y'] }]);
    expect(await numbers.user('12')).toMatchObject({ id: '12' });
    expect(await numbers.user('12x')).toBeUndefined();
  });

  test('is unavailable, and never says no, when the site does not answer in time', async () => {
    const slow = open({ user: 'SELECT SLEEP(1000) AS id FROM dual WHERE ? <> ""' }, 0.3);
    const fault: unknown = await slow.user('alice').catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(DirectoryUnavailable);
    expect((fault as Error).cause).toBeInstanceOf(PoolTimeout);
    await expect(slow.checkPassword('alice', 'pw-alice')).rejects.toThrow(DirectoryUnavailable);
  });

  test('is unavailable when a query of the settings is wrong', async () => {
    const wrong = open({
      friends: 'SELECT id FROM nowhere WHERE id = ?',
      areFriends: 'SELECT no_such_column FROM friendships WHERE user_id = ? AND friend_id = ?',
    });
    await expect(wrong.friends('alice')).rejects.toThrow(DirectoryUnavailable);
    await expect(wrong.areFriends('alice', 'bob')).rejects.toThrow(DirectoryUnavailable);
  });
});

describe("the demo site's people", () => {
  test('are in a ring, each with as many friends as asked for', async () => {
    expect(ids(await directory.friends('u0')).sort()).toEqual(['u1', 'u2', 'u28', 'u29']);
    expect(ids(await directory.friends('u29')).sort()).toEqual(['u0', 'u1', 'u27', 'u28']);
  });

  test('stay as people changed them when the stack starts again', async () => {
    await site.query("DELETE FROM friendships WHERE 'carol' IN (user_id, friend_id)");
    await site.query("UPDATE users SET name = 'Alicia' WHERE id = 'alice'");
    expect(await seed(account, { users: 30, friends: 4 })).toEqual({ usersAdded: 0, friendshipsAdded: 0 });
    expect(ids(await directory.friends('alice'))).toEqual(['bob']);
    expect((await directory.user('alice'))?.name).toBe('Alicia');
  });

  test('come with friends who were there before', async () => {
    expect(await seed(account, { users: 32, friends: 4 })).toMatchObject({ usersAdded: 2 });
    expect(ids(await directory.friends('u31')).sort()).toEqual(['u0', 'u1', 'u29', 'u30']);
  });

  test('are found by an index in each query of the demo', async () => {
    await site.query('ANALYZE TABLE users, friendships');
    for (const [name, sql] of Object.entries(demoQueries)) {
      const parameters = name === 'areFriends' ? ['u1', 'u2'] : ['u1'];
      const [rows] = await site.execute<mysql.RowDataPacket[]>(`EXPLAIN ${sql}`, parameters);
      for (const row of rows) expect({ name, type: String(row['type']) }).not.toMatchObject({ type: 'ALL' });
    }
  });
});
