/** The site's own database, asked with the site's own queries. */
import type { MysqlConfig, SiteQueries } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { MysqlPool } from '../mysql/pool.ts';
import { checkPool } from '../mysql/self-check.ts';
import type { PasswordAnswer, Question, Row, Source } from './source.ts';

export interface MysqlSite {
  readonly mysql: MysqlConfig;
  readonly queries: SiteQueries;
  /** Seconds for an answer. */
  readonly timeout: number;
}

export class MysqlSource implements Source {
  readonly #pool: MysqlPool;
  readonly #queries: SiteQueries;
  readonly #timeout: number;
  readonly #log: Log;

  constructor({ mysql, queries, timeout }: MysqlSite, log: Log) {
    this.#pool = new MysqlPool('site', mysql, log);
    this.#queries = queries;
    this.#timeout = timeout;
    this.#log = log;
  }

  async user(id: string): Promise<Row | undefined> {
    return (await this.#ask('user', id))[0];
  }

  friends(id: string): Promise<readonly Row[]> {
    return this.#ask('friends', id);
  }

  async areFriends(a: string, b: string): Promise<boolean> {
    return (await this.#ask('areFriends', a, b)).length > 0;
  }

  async mayChat(id: string): Promise<boolean> {
    return (await this.#ask('mayChat', id)).length > 0;
  }

  async password(id: string): Promise<PasswordAnswer> {
    return { hash: (await this.#ask('password', id))[0]?.['hash'] };
  }

  checkAtStart(): Promise<void> {
    return checkPool(this.#pool, this.#log);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #ask(question: Question, ...parameters: string[]): Promise<readonly Row[]> {
    const sql = this.#queries[question];
    // The settings are refused when a question has no source, and open.ts sends it to the right one.
    if (sql === undefined) throw new Error(`site.queries has no ${question}`);
    return (await this.#pool.execute(sql, parameters, { timeout: this.#timeout })).rows;
  }
}
