/** What the API says of people: by the queries that the bridge would ask itself, so that both say the same. */
import type { Passwords } from '../../../bridge/site/passwords.ts';
import type { Database, Row } from './database.ts';
import { demoQueries } from './queries.ts';

export interface ApiPerson {
  readonly id: string;
  readonly name: string;
  readonly avatar?: string;
}

export interface ApiFriend extends ApiPerson {
  readonly groups: readonly string[];
}

export class ApiPeople {
  readonly #database: Database;
  readonly #passwords: Passwords;

  constructor(database: Database, passwords: Passwords) {
    this.#database = database;
    this.#passwords = passwords;
  }

  async user(id: string): Promise<ApiPerson | undefined> {
    const [row] = await this.#database.rows(demoQueries.user, [id]);
    return row && personOf(row);
  }

  async friends(id: string): Promise<ApiFriend[]> {
    const rows = await this.#database.rows(demoQueries.friends, [id]);
    return rows.map((row) => ({
      ...personOf(row),
      groups: typeof row['groups'] === 'string' ? [row['groups']] : [],
    }));
  }

  async areFriends(a: string, b: string): Promise<boolean> {
    return (await this.#database.rows(demoQueries.areFriends, [a, b])).length > 0;
  }

  /** An unknown user takes as long as a wrong password. */
  async hasPassword(id: string, password: string): Promise<boolean> {
    const [row] = await this.#database.rows(demoQueries.password, [id]);
    if (row === undefined) return await this.#passwords.pretend(password);
    return await this.#passwords.verify(String(row['hash']), password);
  }

  async changes(): Promise<object[]> {
    const rows = await this.#database.rows(demoQueries.changes);
    return rows.map(({ id, kind, user, friend, age }) => ({
      id: String(id),
      kind,
      user,
      ...(friend !== null && { friend }),
      age,
    }));
  }

  async changesDone(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#database.run('DELETE FROM im_outbox WHERE id = ?', [id]);
  }
}

function personOf(row: Row): ApiPerson {
  const { id, name, avatar } = row;
  return { id: String(id), name: String(name), ...(typeof avatar === 'string' && { avatar }) };
}
