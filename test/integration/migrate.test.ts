/** `im-bridge migrate` on a database of its own: what is missing is done, once, whoever else does it at the same time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import mysql from 'mysql2/promise';
import { MIGRATIONS } from '../../bridge/store/migrations.ts';
import { cli, told } from '../support/cli.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';
import { RIGHT } from '../support/right-config.ts';
import { writeSettings } from '../support/settings.ts';

let dir: string;
let mariadb: Mariadb;
let settings: string[];
const names = MIGRATIONS.map(({ name }) => name);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'im-migrate-'));
  mariadb = await startMariadb({ dir: join(dir, 'mariadb'), port: await freePort() });
  await ensureDatabase(mariadb, 'im');
  const { socket, user, password } = mariadb;
  const { path } = writeSettings(dir, { ...RIGHT, mysql: { socket, user, password, database: 'im' } });
  settings = ['--config', path];
}, 60_000);

afterAll(async () => {
  await mariadb.kill();
  rmSync(dir, { recursive: true });
});

async function tables(): Promise<string[]> {
  const { socket, user, password } = mariadb;
  const connection = await mysql.createConnection({ socketPath: socket, user, password, database: 'im' });
  const [rows] = await connection.query('SHOW TABLES');
  await connection.end();
  return (rows as Record<string, string>[]).flatMap((row) => Object.values(row));
}

test('a dry run tells the SQL, and changes nothing', async () => {
  const text = await told('migrate', '--dry-run', ...settings);
  expect([...text.matchAll(/^-- (.*)$/gm)].map(([, name]) => name)).toEqual(names);
  expect(text).toContain('CREATE TABLE IF NOT EXISTS im_sent');
  expect(await tables()).toEqual([]);
});

test('of several at once one does all steps, and the others find nothing left', async () => {
  const texts = await Promise.all([1, 2, 3].map(() => told('migrate', ...settings)));
  const nothing = 'nothing to do: the tables are up to date\n';
  expect(texts.filter((text) => text === nothing)).toHaveLength(2);
  expect(texts.find((text) => text !== nothing)).toBe(names.map((name) => `done: ${name}\n`).join(''));
  expect(await tables()).toEqual(expect.arrayContaining(['im_migrations', 'im_sent', 'im_rollout']));
  expect(await told('migrate', '--dry-run', ...settings)).toBe(nothing);
});

test('a database that can not be used is said so, without a stack', async () => {
  const { path } = writeSettings(dir, {
    ...RIGHT,
    mysql: { socket: join(dir, 'none'), user: 'x', password: 'x', database: 'im' },
  });
  const { code, stderr } = await cli('migrate', '--config', path);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/MySQL can't be used .*look at the section mysql/),
  ]);
});
