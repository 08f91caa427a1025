/** The directory on the site's own database, asked with the site's own queries. */
import type { Config, SiteQueries } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import { MysqlPool, type Row } from '../mysql/pool.ts';
import { isUserId } from '../user-id.ts';
import { DirectoryUnavailable, type Directory, type Friend, type Person } from './directory.ts';
import { Passwords } from './passwords.ts';
import { friendOf, personOf } from './rows.ts';

type Question = Exclude<keyof SiteQueries, 'changes' | 'changesDone'>;

export class MysqlDirectory implements Directory {
  readonly #pool: MysqlPool;
  readonly #queries: SiteQueries;
  readonly #passwords: Passwords;
  readonly #timeout: number;
  readonly #friendLimit: number;
  readonly #log: Log;

  /** @param friendLimit friends of one user; more are left out, and that is logged. */
  constructor(site: Config['site'], friendLimit: number, log: Log) {
    this.#log = log.child({ directory: 'mysql' });
    this.#pool = new MysqlPool('site', site.mysql, log);
    this.#queries = site.queries;
    this.#timeout = site.timeout;
    this.#friendLimit = friendLimit;
    this.#passwords = new Passwords(this.#log);
  }

  async user(id: string): Promise<Person | undefined> {
    if (!isUserId(id)) return undefined;
    const [row] = await this.#ask('user', id);
    const person = row && this.#read(row, 'user', personOf);
    // MySQL finds '12' for '12x' in a column of numbers: only the very id that was asked for counts.
    return person?.id === id ? person : undefined;
  }

  async friends(id: string): Promise<Friend[]> {
    if (!isUserId(id)) return [];
    const rows = await this.#ask('friends', id);
    if (rows.length > this.#friendLimit) {
      this.#log.warn({ user: id, friends: rows.length, limit: this.#friendLimit }, 'too many friends');
    }
    const friends = new Map<string, Friend>();
    for (const row of rows.slice(0, this.#friendLimit)) {
      const friend = this.#read(row, 'friends', friendOf);
      if (friend !== undefined && friend.id !== id)
        friends.set(friend.id, joined(friends.get(friend.id), friend));
    }
    return [...friends.values()];
  }

  async areFriends(a: string, b: string): Promise<boolean> {
    if (a === b || !isUserId(a) || !isUserId(b)) return false;
    return (await this.#ask('areFriends', a, b)).length > 0;
  }

  async checkPassword(id: string, password: string): Promise<boolean> {
    if (!isUserId(id)) return await this.#passwords.pretend(password);
    // The hash alone says nothing of who may chat, nor whether it is this very id's.
    const [person, [row]] = await Promise.all([this.user(id), this.#ask('password', id)]);
    const hash = row?.['hash'];
    if (person === undefined || typeof hash !== 'string') return await this.#passwords.pretend(password);
    return await this.#passwords.verify(hash, password);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #ask(question: Question, ...parameters: string[]): Promise<readonly Row[]> {
    const started = performance.now();
    try {
      const { rows } = await this.#pool.execute(this.#queries[question], parameters, {
        timeout: this.#timeout,
      });
      metrics.directory.inc({ question, outcome: 'ok' });
      return rows;
    } catch (error) {
      metrics.directory.inc({ question, outcome: 'unavailable' });
      throw new DirectoryUnavailable(question, error);
    } finally {
      metrics.directorySeconds.observe({ question }, (performance.now() - started) / 1000);
    }
  }

  #read<T>(row: Row, question: Question, parse: (row: Row) => T | undefined): T | undefined {
    const value = parse(row);
    if (value !== undefined) return value;
    metrics.directoryRowsIgnored.inc({ question });
    this.#log.debug({ question, id: row['id'] }, 'a row whose id can not be an address');
    return undefined;
  }
}

/** A site with a row for each group of a friend gives the same friend twice. */
function joined(known: Friend | undefined, friend: Friend): Friend {
  return known === undefined
    ? friend
    : { ...known, groups: [...new Set([...known.groups, ...friend.groups])] };
}
