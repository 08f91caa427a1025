/** The outbox in the site's own database, read and emptied with the site's own statements. */
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { MysqlPool, type Row } from '../mysql/pool.ts';
import type { Change, Changes } from './changes.ts';
import { DirectoryUnavailable } from './directory.ts';

/** Statements of one table, one at a time each: two are enough to be reading while rows are taken off. */
const CONNECTIONS = 2;

export interface ChangeStatements {
  readonly changes: string;
  readonly changesDone: string;
}

export class MysqlChanges implements Changes {
  readonly #pool: MysqlPool;
  readonly #statements: ChangeStatements;
  readonly #timeout: number;

  constructor(
    mysql: NonNullable<Config['site']['mysql']>,
    statements: ChangeStatements,
    timeout: number,
    log: Log,
  ) {
    this.#pool = new MysqlPool('changes', { ...mysql, pool: { ...mysql.pool, size: CONNECTIONS } }, log);
    this.#statements = statements;
    this.#timeout = timeout;
  }

  async next(): Promise<readonly Change[]> {
    const { rows } = await this.#ask('changes', []);
    return rows.map(changeOf);
  }

  async done(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#ask('changesDone', [id])));
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #ask(name: keyof ChangeStatements, values: string[]): Promise<{ readonly rows: readonly Row[] }> {
    try {
      return await this.#pool.execute(this.#statements[name], values, { timeout: this.#timeout });
    } catch (error) {
      throw new DirectoryUnavailable(name, error);
    }
  }
}

function changeOf(row: Row): Change {
  const friend = textOf(row['friend']);
  return {
    id: textOf(row['id']),
    kind: textOf(row['kind']),
    user: textOf(row['user']),
    ...(friend !== '' && { friend }),
  };
}

/** Ids of numbers are as good as ids of text; what is neither is nobody. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
