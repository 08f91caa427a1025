/** The list of changes in the site's own database. */
import type { Log } from '../log.ts';
import { MysqlPool } from '../mysql/pool.ts';
import { changesOf } from './change-rows.ts';
import type { Change, Changes } from './changes.ts';
import type { MysqlSite } from './mysql-source.ts';

/** Connections of its own, so that a flood of changes leaves the directory's alone. */
const CONNECTIONS = 4;

export class MysqlChanges implements Changes {
  readonly #pool: MysqlPool;
  readonly #next: string;
  readonly #done: string;
  readonly #timeout: number;

  /** @throws TypeError when the settings have no such queries. */
  constructor({ mysql, queries, timeout }: MysqlSite, log: Log) {
    if (queries.changes === undefined || queries.changesDone === undefined)
      throw new TypeError('site.queries has no changes');
    this.#next = queries.changes;
    this.#done = queries.changesDone;
    this.#timeout = timeout;
    const pool = { ...mysql.pool, size: Math.min(CONNECTIONS, mysql.pool.size) };
    this.#pool = new MysqlPool('site-changes', { ...mysql, pool }, log);
  }

  async next(): Promise<readonly Change[]> {
    return changesOf((await this.#pool.execute(this.#next, [], { timeout: this.#timeout })).rows);
  }

  async done(ids: readonly string[]): Promise<void> {
    const rest = [...ids];
    const work = async (): Promise<void> => {
      for (let id = rest.pop(); id !== undefined; id = rest.pop())
        await this.#pool.execute(this.#done, [id], { timeout: this.#timeout });
    };
    await Promise.all(Array.from({ length: this.#pool.state.limit }, work));
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
