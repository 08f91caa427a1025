/** The databases of the bridge and of ejabberd, and the site's directory. */
import type { Config, MysqlConfig } from '../../config/schema.ts';
import type { Log } from '../../log.ts';
import { MysqlPool } from '../../mysql/pool.ts';
import { checkQueries, together } from '../../site/check-queries.ts';
import { openDirectory } from '../../site/open.ts';
import { checkApi } from '../../site/start-check.ts';
import { sizeOf, type EjabberdSettings } from '../ejabberd-settings.ts';
import type { Database, DirectoryFacts, Seen } from '../facts.ts';
import { seen } from './running.ts';

/** Seconds for a connection, and for a query. */
const PATIENCE = 5;

/** `source` is a MySQL account, asked for its tables and its clock. */
export function lookAtDatabase(name: string, source: MysqlConfig, log: Log): Promise<Seen<Database>> {
  return seen(async () => {
    const pool = new MysqlPool(
      name,
      { ...source, pool: { size: 1, queue: 1, acquireTimeout: PATIENCE, queryTimeout: PATIENCE } },
      log,
    );
    try {
      const before = Date.now() / 1000;
      const { rows } = await pool.execute<{ now: number | string }>('SELECT UNIX_TIMESTAMP(NOW(3)) AS now');
      const ours = (before + Date.now() / 1000) / 2;
      const tables = await pool.execute<{ name: string }>(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?',
        [source.database],
      );
      return { clock: Number(rows[0]?.now) - ours, tables: tables.rows.map((row) => row.name) };
    } finally {
      await pool.close();
    }
  });
}

/** The account of ejabberd itself; undefined when it keeps nothing in MySQL. */
export function accountOf(ejabberd: EjabberdSettings): MysqlConfig | undefined {
  if (ejabberd.get('sql_type') !== 'mysql') return undefined;
  const text = (name: string, otherwise: string): string => {
    const value = ejabberd.get(name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
  };
  return {
    host: text('sql_server', 'localhost'),
    port: sizeOf(ejabberd.get('sql_port')) ?? 3306,
    user: text('sql_username', 'ejabberd'),
    password: text('sql_password', ''),
    database: text('sql_database', 'ejabberd'),
    pool: { size: 1, queue: 1, acquireTimeout: PATIENCE, queryTimeout: PATIENCE },
  };
}

/** The site's queries, each tried out, and its API; and that the directory answers a question. */
export function lookAtDirectory(config: Config, log: Log): Promise<Seen<DirectoryFacts>> {
  return seen(async () => {
    const findings = together([await checkQueries(config.site, log), checkApi(config.site)]);
    const directory = openDirectory(config, log);
    try {
      await directory.user('im-doctor');
      await directory.friends('im-doctor');
      return findings;
    } finally {
      await directory.close();
    }
  });
}
