/** A pool that gives one connection in effect: the self-check at the start and the alarm metric both say so. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { pino } from 'pino';
import type { MysqlConfig } from '../../bridge/config/schema.ts';
import { Log } from '../../bridge/log.ts';
import { scrape } from '../../bridge/metrics.ts';
import { MysqlPool } from '../../bridge/mysql/pool.ts';
import { checkPool } from '../../bridge/mysql/self-check.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';

const PASSWORD = 'pw-of-one-connection';
const lines: Record<string, unknown>[] = [];
const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
const log = new Log(pino({}, { write }));
const pools: MysqlPool[] = [];
let dir: string;
let mariadb: Mariadb;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'im-starved-'));
  mariadb = await startMariadb({ dir, port: await freePort() });
  await ensureDatabase(mariadb, 'pool');
  const { socket, user, password } = mariadb;
  const root = await mysql.createConnection({ socketPath: socket, user, password });
  await root.query(`CREATE USER one@'%' IDENTIFIED BY '${PASSWORD}' WITH MAX_USER_CONNECTIONS 1`);
  await root.query("GRANT ALL ON pool.* TO one@'%'");
  await root.end();
}, 60_000);

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  lines.length = 0;
});

afterAll(async () => {
  await mariadb.kill();
  await rm(dir, { recursive: true });
});

/** What the log's verdict is, and the alarm metric. */
async function check(name: string, size: number, account: Partial<MysqlConfig> = {}): Promise<unknown> {
  const { host, port, user, password } = mariadb;
  const limits = { size, queue: 100, acquireTimeout: 5, queryTimeout: 5 };
  const config = { host, port, user, password, database: 'pool', ...account, pool: limits };
  const pool = new MysqlPool(name, config, log);
  pools.push(pool);
  await checkPool(pool, log);
  const verdict = lines.find(({ event }) => /^pool-(?:checked|starved|not-checked)$/.test(String(event)));
  const alarm = new RegExp(`^im_pool_starved\\{pool="${name}"\\} (\\d)$`, 'm').exec(await scrape())?.[1];
  return { event: verdict?.['event'], effective: verdict?.['effective'], alarm };
}

test('a server that lets the account have one connection', async () => {
  const account = { user: 'one', password: PASSWORD };
  expect(await check('one', 10, account)).toEqual({ event: 'pool-starved', effective: 1, alarm: '1' });
  expect(lines.map(({ event }) => event)).toContain('pool-query-failed');
});

test('settings that ask for one connection', async () => {
  expect(await check('small', 1)).toEqual({ event: 'pool-starved', effective: 1, alarm: '1' });
});

test('a pool that gives all its connections raises no alarm', async () => {
  expect(await check('well', 8)).toEqual({ event: 'pool-checked', effective: 8, alarm: '0' });
});
