/**
 * A stack whose site has a database server of its own, as a real site has: so one can be down while the archive
 * is up. Its people are fresh for each test: alice, bob, carol and frank are friends, dave is nobody's friend.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import mysql from 'mysql2/promise';
import { seed } from '../demo/site/seed.ts';
import { ensureDatabase, startMariadb, type Mariadb } from './mariadb.ts';
import { freePort } from './ports.ts';
import type { Process } from './process.ts';
import { startSecondComponent } from './second-component.ts';
import { SITE_DATABASE } from './settings.ts';
import { startStack, type Stack } from './stack.ts';
import { befriend, Person, STORY_HASH } from './story.ts';

const NAMES = ['alice', 'bob', 'carol', 'frank', 'dave'] as const;
const FRIENDS = [
  ['alice', 'bob'],
  ['alice', 'carol'],
  ['alice', 'frank'],
] as const;

export type Cast = Readonly<Record<(typeof NAMES)[number], Person>>;

export class SeparateSite {
  readonly #dir = mkdtempSync(join(tmpdir(), 'im-'));
  #stack: Stack | undefined;
  #database: Mariadb | undefined;
  #casts = 0;

  async start(): Promise<void> {
    const port = await freePort();
    this.#database = await startMariadb({ dir: join(this.#dir, 'site-db'), port });
    await ensureDatabase(this.#database, SITE_DATABASE);
    const { socket, user, password } = this.#database;
    const account = { socket, port, user, password, database: SITE_DATABASE };
    await seed(account);
    this.#stack = await startStack({ dir: this.#dir, change: { site: { mysql: account } } });
  }

  async stop(): Promise<void> {
    await this.#stack?.stop();
    await this.#database?.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get stack(): Stack {
    if (this.#stack === undefined)
      throw new Error('not up: useSeparateSite() belongs to the top of the file');
    return this.#stack;
  }

  /** The site's database server. */
  get database(): Mariadb {
    if (this.#database === undefined) throw new Error('the database is not up');
    return this.#database;
  }

  async restartDatabase(): Promise<void> {
    this.#database = await startMariadb({ dir: join(this.#dir, 'site-db'), port: this.database.port });
  }

  connect(): Promise<mysql.Connection> {
    const { socket, user, password } = this.database;
    return mysql.createConnection({ socketPath: socket, user, password, database: SITE_DATABASE });
  }

  async people(): Promise<Cast> {
    const suffix = `-${++this.#casts}`;
    const site = await this.connect();
    for (const name of NAMES) {
      const row = [name + suffix, name, STORY_HASH];
      await site.execute('INSERT INTO users (id, name, password_hash) VALUES (?, ?, ?)', row);
    }
    for (const [a, b] of FRIENDS) await befriend(site, a + suffix, b + suffix);
    await site.end();
    return Object.fromEntries(NAMES.map((name) => [name, new Person(name + suffix, this.stack)])) as Cast;
  }

  secondComponent(): Promise<Process> {
    return startSecondComponent(this.#dir);
  }
}

/** For all tests of a file. */
export function useSeparateSite(): SeparateSite {
  const site = new SeparateSite();
  beforeAll(() => site.start(), 120_000);
  afterAll(() => site.stop(), 60_000);
  return site;
}
