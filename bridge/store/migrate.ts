/** Brings the bridge's own tables up to date. Any number of processes may do it at once: each step is idempotent. */
import type { MysqlPool } from '../mysql/pool.ts';
import { MIGRATIONS } from './migrations.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS im_migrations (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  done_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB`;

/** Runs the steps that are missing. Returns their names. */
export async function migrate(pool: MysqlPool): Promise<string[]> {
  await pool.execute(TABLE);
  const { rows } = await pool.execute('SELECT name FROM im_migrations');
  const done = new Set(rows.map((row) => row['name']));
  const missing = MIGRATIONS.filter(({ name }) => !done.has(name));
  for (const { name, sql } of missing) {
    await pool.execute(sql);
    await pool.execute('INSERT IGNORE INTO im_migrations (name) VALUES (?)', [name]);
  }
  return missing.map(({ name }) => name);
}
