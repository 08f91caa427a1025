/**
 * Brings the bridge's own tables up to date. One process at a time does it: the others wait at a lock of the server's, and
 * find nothing left to do. Each step is idempotent all the same, as who has the lock may be killed.
 */
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { MysqlPool } from '../mysql/pool.ts';
import { MIGRATIONS } from './migrations.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS im_migrations (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  done_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB`;
const IS_THERE = `SELECT 1 FROM information_schema.tables
  WHERE table_schema = DATABASE() AND table_name = 'im_migrations'`;
/** Names of locks are for the whole server, and of 64 characters: schemas are told apart. */
const LOCK = "SELECT GET_LOCK(CONCAT('im_migrations ', MD5(DATABASE())), 1) AS held";
const UNLOCK = "DO RELEASE_LOCK(CONCAT('im_migrations ', MD5(DATABASE())))";
/** Seconds for another process to be through. */
const PATIENCE = 300;

export type Migration = (typeof MIGRATIONS)[number];

/** Another process has been at it for so long. */
export class MigrationLocked extends Error {
  override name = 'MigrationLocked';

  constructor() {
    super(
      `another process has been changing the tables for ${PATIENCE} s: see SHOW PROCESSLIST, and try again`,
    );
  }
}

/** Runs the steps that are missing. Returns them. @throws MigrationLocked, and what a pool throws */
export function migrate(mysql: Config['mysql'], log: Log): Promise<readonly Migration[]> {
  return onOneConnection(mysql, log, async (pool) => {
    await lock(pool);
    try {
      await pool.execute(TABLE);
      const missing = await missingIn(pool);
      for (const { name, sql } of missing) {
        await pool.execute(sql);
        await pool.execute('INSERT IGNORE INTO im_migrations (name) VALUES (?)', [name]);
      }
      return missing;
    } finally {
      await pool.execute(UNLOCK).catch(() => undefined); // it ends with the connection as well
    }
  });
}

/** What `migrate` would run. Changes nothing. */
export function missingMigrations(mysql: Config['mysql'], log: Log): Promise<readonly Migration[]> {
  return onOneConnection(mysql, log, async (pool) => {
    const { rows } = await pool.execute(IS_THERE);
    return rows.length === 0 ? MIGRATIONS : await missingIn(pool);
  });
}

/** The lock belongs to the connection. A step may take longer than a query of every day. */
async function onOneConnection<T>(
  mysql: Config['mysql'],
  log: Log,
  work: (pool: MysqlPool) => Promise<T>,
): Promise<T> {
  const one = { ...mysql.pool, size: 1, queryTimeout: PATIENCE };
  const pool = new MysqlPool('migrate', { ...mysql, pool: one }, log);
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

async function lock(pool: MysqlPool): Promise<void> {
  for (let tries = 0; tries < PATIENCE; tries += 1) {
    const { rows } = await pool.execute(LOCK);
    if (Number(rows[0]?.['held']) === 1) return;
  }
  throw new MigrationLocked();
}

async function missingIn(pool: MysqlPool): Promise<readonly Migration[]> {
  const { rows } = await pool.execute('SELECT name FROM im_migrations');
  const done = new Set(rows.map((row) => row['name']));
  return MIGRATIONS.filter(({ name }) => !done.has(name));
}
