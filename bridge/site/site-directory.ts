/** The directory on what the site says: each question goes to its source, and what comes back is looked at. */
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import { isUserId } from '../user-id.ts';
import { DirectoryUnavailable, type Directory, type Friend, type Person } from './directory.ts';
import { isPossible, Passwords } from './passwords.ts';
import { friendOf, personOf } from './rows.ts';
import type { Question, Row, Source } from './source.ts';

/** Who answers what. A site may have its friends in a database, and its passwords behind an API. */
export type Sources = Readonly<Record<Exclude<Question, 'mayChat'>, Source>> & {
  /** Of a site that has a word on who has the chat. */
  readonly mayChat: Source | undefined;
};

export class SiteDirectory implements Directory {
  readonly #sources: Sources;
  readonly #passwords: Passwords;
  readonly #friendLimit: number;
  readonly #log: Log;

  /** @param friendLimit friends of one user; more are left out, and that is logged. */
  constructor(sources: Sources, friendLimit: number, log: Log) {
    this.#sources = sources;
    this.#friendLimit = friendLimit;
    this.#log = log;
    this.#passwords = new Passwords(log);
  }

  async user(id: string): Promise<Person | undefined> {
    if (!isUserId(id)) return undefined;
    const row = await this.#ask('user', (source) => source.user(id));
    const person = row && this.#read(row, 'user', personOf);
    // MySQL finds '12' for '12x' in a column of numbers: only the very id that was asked for counts.
    return person?.id === id ? person : undefined;
  }

  async friends(id: string): Promise<Friend[]> {
    if (!isUserId(id)) return [];
    const rows = await this.#ask('friends', (source) => source.friends(id));
    if (rows.length > this.#friendLimit) {
      this.#log.event('too-many-friends', { user: id, friends: rows.length, limit: this.#friendLimit });
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
    return await this.#ask('areFriends', (source) => source.areFriends(a, b));
  }

  async mayChat(id: string): Promise<boolean> {
    return isUserId(id) && (await this.#ask('mayChat', (source) => source.mayChat(id)));
  }

  /** A password alone says nothing of who may chat, nor whether it is this very id's: the user is asked for as well. */
  async checkPassword(id: string, password: string): Promise<boolean> {
    if (!isUserId(id) || !isPossible(password)) return await this.#passwords.pretend(password);
    const [person, answer] = await Promise.all([
      this.user(id),
      this.#ask('password', (source) => source.password(id, password)),
    ]);
    if ('right' in answer) return person !== undefined && answer.right;
    if (person === undefined || typeof answer.hash !== 'string')
      return await this.#passwords.pretend(password);
    return await this.#passwords.verify(answer.hash, password);
  }

  async checkAtStart(): Promise<void> {
    await Promise.all(this.#all.map((source) => source.checkAtStart()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((source) => source.close()));
  }

  get #all(): Source[] {
    return [...new Set(Object.values(this.#sources))].filter((source) => source !== undefined);
  }

  async #ask<T>(question: Question, put: (source: Source) => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      const source = this.#sources[question];
      if (source === undefined) throw new Error(`the settings say nobody who answers ${question}`);
      const answer = await put(source);
      metrics.directory.inc({ question, outcome: 'ok' });
      return answer;
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
    this.#log.event('row-unusable', { question, id: row['id'] });
    return undefined;
  }
}

/** A site with a row for each group of a friend gives the same friend twice. */
function joined(known: Friend | undefined, friend: Friend): Friend {
  return known === undefined
    ? friend
    : { ...known, groups: [...new Set([...known.groups, ...friend.groups])] };
}
