/** The site's database: a bounded pool, and statements with parameters only. */
import mysql from 'mysql2/promise';
import type { SiteSettings } from './settings.ts';

export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** Milliseconds. */
const CONNECT_TIMEOUT = 5000;
const QUERY_TIMEOUT = 5000;

export class Database {
  readonly #pool: mysql.Pool;

  constructor({ socket, host, port, user, password, database }: SiteSettings['mysql']) {
    const where = socket === undefined ? { host, port } : { socketPath: socket };
    this.#pool = mysql.createPool({
      ...where,
      user,
      password,
      database,
      charset: 'utf8mb4',
      connectionLimit: 10,
      queueLimit: 500,
      connectTimeout: CONNECT_TIMEOUT,
    });
  }

  async rows(sql: string, values: Value[] = []): Promise<Row[]> {
    const [rows] = await this.#pool.execute<mysql.RowDataPacket[]>({ sql, timeout: QUERY_TIMEOUT }, values);
    return rows;
  }

  async run(sql: string, values: Value[]): Promise<void> {
    await this.#pool.execute({ sql, timeout: QUERY_TIMEOUT }, values);
  }

  /** All of the statements, or none. */
  async together(statements: readonly (readonly [sql: string, values: Value[]])[]): Promise<void> {
    const connection = await this.#pool.getConnection();
    try {
      await connection.beginTransaction();
      for (const [sql, values] of statements)
        await connection.execute({ sql, timeout: QUERY_TIMEOUT }, values);
      await connection.commit();
    } catch (error) {
      await connection.rollback().catch(() => undefined); // the connection may be what failed
      throw error;
    } finally {
      connection.release();
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
