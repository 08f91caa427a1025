/** The look at the site's queries before a start, on a real database. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { ConfigError } from '../../bridge/config/load.ts';
import type { Config, MysqlConfig, SiteQueries } from '../../bridge/config/schema.ts';
import { checkQueries, type Findings } from '../../bridge/site/check-queries.ts';
import { checkSiteAtStart } from '../../bridge/site/start-check.ts';
import { demoQueries } from '../demo/site/queries.ts';
import { seed } from '../demo/site/seed.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';
import { whileStopped } from '../support/stopped.ts';
import { noLog as log } from '../support/no-log.ts';

const CHANGES = {
  changes: 'SELECT id, kind, user, friend FROM outbox ORDER BY id LIMIT 500',
  changesDone: 'DELETE FROM outbox WHERE id = ?',
};

let dir: string;
let mariadb: Mariadb;
let connection: mysql.Connection;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'im-check-'));
  mariadb = await startMariadb({ dir, port: await freePort() });
  await ensureDatabase(mariadb, 'site');
  const { socket, user, password } = mariadb;
  const account = { user, password, database: 'site' };
  await seed({ ...account, socket });
  connection = await mysql.createConnection({ ...account, socketPath: socket, multipleStatements: true });
  await connection.query(`
    CREATE TABLE outbox (id BIGINT AUTO_INCREMENT PRIMARY KEY, kind VARCHAR(20) NOT NULL, user VARCHAR(64) NOT NULL,
      friend VARCHAR(64));
    INSERT INTO outbox (kind, user) SELECT 'renamed', 'alice' FROM seq_1_to_3000;
    CREATE TABLE odd (id VARCHAR(64), number INT, big BIGINT UNSIGNED, uuid BINARY(16), at DATETIME, part DOUBLE,
      exact DECIMAL(10, 2), name TEXT, kind ENUM('a', 'b'), bytes VARBINARY(60));
    INSERT INTO odd (id, number) SELECT CONCAT('o', seq), seq FROM seq_1_to_5000;
    ANALYZE TABLE outbox, odd`);
});

afterAll(async () => {
  await connection.end();
  await mariadb.kill();
  await rm(dir, { recursive: true });
});

function siteOf(queries: SiteQueries, change: Partial<MysqlConfig> = {}): Config['site'] {
  const { host, port, user, password } = mariadb;
  const pool = { size: 5, queue: 100, acquireTimeout: 1, queryTimeout: 5 };
  return { mysql: { host, port, user, password, database: 'site', pool, ...change }, queries, timeout: 1 };
}

const check = (queries: SiteQueries, change?: Partial<MysqlConfig>): Promise<Findings> =>
  checkQueries(siteOf(queries, change), log);

const CLEAN: Findings = { faults: [], warnings: [] };

describe('queries at the start', () => {
  test('that are right are found so', async () => {
    expect(await check({ ...demoQueries, ...CHANGES })).toEqual(CLEAN);
    expect(await check({})).toEqual(CLEAN);
  });

  const wrong: readonly [what: string, query: SiteQueries, fault: RegExp][] = [
    ['is no SQL', { user: 'SELEC id FROM users WHERE id = ?' }, /user: has to be a SELECT/],
    [
      'has a slip',
      { user: 'SELECT id, name FRM users WHERE id = ?' },
      /user: the database refuses it: .*syntax/,
    ],
    [
      'has no such table',
      { friends: 'SELECT id, name FROM nowhere WHERE id = ?' },
      /friends: .*site\.nowhere.* doesn't exist/,
    ],
    [
      'has no such column',
      { password: 'SELECT pass AS hash FROM users WHERE id = ?' },
      /password: .*Unknown column 'pass'/,
    ],
    [
      'lacks a name',
      { user: 'SELECT id FROM users WHERE id = ?' },
      /user: gives no column name: select it, or name one so with AS `name`/,
    ],
    [
      'calls a column otherwise',
      { password: 'SELECT password_hash FROM users WHERE id = ?' },
      /password: gives no column hash/,
    ],
    [
      'has ids of bytes',
      { user: 'SELECT uuid AS id, name FROM odd WHERE id = ?' },
      /user: gives id as binary data.*CAST/,
    ],
    [
      'has ids that are dates',
      { user: 'SELECT at AS id, name FROM odd WHERE id = ?' },
      /user: gives id as a date/,
    ],
    [
      'has ids with a fraction',
      { friends: 'SELECT part AS id, name FROM odd WHERE id = ?' },
      /friends: gives id as a number with a fraction/,
    ],
    [
      'has names of bytes',
      { user: 'SELECT id, bytes AS name FROM odd WHERE id = ?' },
      /user: gives name as binary/,
    ],
    [
      'has hashes of bytes',
      { password: 'SELECT bytes AS hash FROM odd WHERE id = ?' },
      /password: gives hash as binary/,
    ],
    [
      'finds friends everywhere',
      { areFriends: 'SELECT COUNT(*) FROM friendships WHERE user_id = ? AND friend_id = ?' },
      /areFriends: gives a row for two who are not friends/,
    ],
    [
      'would change something',
      { user: "UPDATE users SET name = 'x' WHERE id <> ?" },
      /user: has to be a SELECT/,
    ],
    ['calls a procedure', { user: 'CALL user_of(?)' }, /user: has to be a SELECT/],
    [
      'gives changes without kinds',
      { ...CHANGES, changes: 'SELECT id, user FROM outbox LIMIT 5' },
      /changes: gives no column kind/,
    ],
    [
      'takes nothing off the list of changes',
      { ...CHANGES, changesDone: 'SELECT id FROM outbox WHERE id = ?' },
      /changesDone: changes nothing/,
    ],
    [
      'takes off what is not there',
      { ...CHANGES, changesDone: 'DELETE FROM outbox WHERE number = ?' },
      /changesDone: the database refuses it: Unknown column/,
    ],
  ];

  test.each(wrong)('of which one %s are refused, with its name', async (_what, query, fault) => {
    const { faults, warnings } = await check({ ...demoQueries, ...query });
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults[0]).toMatch(/^site\.queries\./);
    expect(warnings).toEqual([]);
  });

  test('that are wrong are all told at once, and stop the start', async () => {
    const site = siteOf({
      user: 'SELECT name FROM users WHERE id = ?',
      friends: 'SELECT id FROM users WHERE id = ?',
      password: 'SELEC ?',
    });
    const start = checkSiteAtStart({ site }, log);
    const error: unknown = await start.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).faults.map((fault) => fault.split(':')[0])).toEqual([
      'site.queries.user',
      'site.queries.friends',
      'site.queries.password',
    ]);
  });

  test('change nothing in the database', async () => {
    const counts = 'SELECT (SELECT COUNT(*) FROM outbox) AS changes, (SELECT MIN(name) FROM users) AS name';
    const [before] = await connection.query(counts);
    await check({ ...demoQueries, ...CHANGES });
    await check({ ...CHANGES, changesDone: 'DELETE FROM outbox WHERE id >= ?' });
    await check({ user: "UPDATE users SET name = 'x' WHERE id <> ?" });
    const [after] = await connection.query(counts);
    expect(after).toEqual(before);
  });

  test.each([
    ['numbers', 'SELECT number AS id, name FROM odd WHERE number = ?'],
    ['large numbers', 'SELECT big AS id, name FROM odd WHERE big = ?'],
    ['text', 'SELECT id, id AS name, NULL AS avatar FROM odd WHERE id = ?'],
    ['words of a list', 'SELECT kind AS id, exact AS name FROM odd WHERE id = ?'],
    ['what was cast', 'SELECT CAST(HEX(uuid) AS CHAR) AS id, number AS name FROM odd WHERE id = ?'],
  ])('may have ids of %s', async (_what, user) => {
    expect((await check({ user })).faults).toEqual([]);
  });
});

describe('a query that reads a whole table', () => {
  test.each<[string, SiteQueries]>([
    ['for a user', { user: 'SELECT id, name FROM odd WHERE id = ?' }],
    [
      'for friends',
      { friends: 'SELECT o.id, o.name FROM users u JOIN odd o ON o.name = u.id WHERE u.id = ?' },
    ],
    ['for a pair', { areFriends: 'SELECT 1 FROM odd WHERE odd.id = ? AND odd.name = ?' }],
    ['for no id that exists', { password: "SELECT name AS hash FROM odd WHERE CONCAT(id, '') = ?" }],
  ])('%s is told, with the table', async (_what, query) => {
    const { faults, warnings } = await check(query);
    expect(faults).toEqual([]);
    const [name = ''] = Object.keys(query);
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^site\\.queries\\.${name}: reads all of the table \\w+ \\(about \\d+ rows\\).*add an index`,
        ),
      ),
    ]);
  });

  test('is told no more when there is an index', async () => {
    await connection.query('CREATE INDEX odd_id ON odd (id)');
    expect(await check({ user: 'SELECT id, name FROM odd WHERE id = ?' })).toEqual(CLEAN);
    await connection.query('DROP INDEX odd_id ON odd');
  });

  test('of changes is told by its missing LIMIT', async () => {
    const { warnings } = await check({
      ...CHANGES,
      changes: 'SELECT id, kind, user, friend FROM outbox ORDER BY id',
    });
    expect(warnings).toEqual([expect.stringMatching(/^site\.queries\.changes: has no LIMIT/)]);
  });
});

describe('a database', () => {
  test('that hangs stops no start, and is told', async () => {
    await whileStopped(mariadb, async () => {
      const { faults, warnings } = await check(demoQueries);
      expect(faults).toEqual([]);
      expect(warnings).toEqual([expect.stringMatching(/^site\.mysql: the queries could not be looked at/)]);
      await checkSiteAtStart({ site: siteOf(demoQueries) }, log);
    });
  });

  test('that is not there stops no start, and is told', async () => {
    const { faults, warnings } = await check(demoQueries, { port: await freePort() });
    expect(faults).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/could not be looked at: .*ECONNREFUSED/)]);
  });

  test.each<[string, Partial<MysqlConfig>, RegExp]>([
    ['refuses the account', { password: 'wrong' }, /^site\.mysql: Access denied/],
    ['has no such name', { database: 'nowhere' }, /^site\.mysql: .*nowhere/],
  ])('that %s stops the start', async (_what, change, fault) => {
    expect((await check(demoQueries, change)).faults).toEqual([expect.stringMatching(fault)]);
  });
});
