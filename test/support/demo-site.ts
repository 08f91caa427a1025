/** The demo site alone on a real MariaDB, and visitors of it: no bridge and no ejabberd. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { stringify } from 'yaml';
import { seed } from '../demo/site/seed.ts';
import type { SiteSettingsInput } from '../demo/site/settings.ts';
import { ensureDatabase, startMariadb, type Mariadb } from './mariadb.ts';
import { freePort } from './ports.ts';
import type { Process } from './process.ts';
import { startProgram } from './program.ts';

export const SITE_SCRIPT = 'demo/site/server.js';
/** Nothing listens there. */
export const NO_BRIDGE = 'http://127.0.0.1:9';
export const SITE_SECRET = 'a-secret-of-the-test-only-0123456789';

export type Fields = Readonly<Record<string, string>>;

export class DemoSite {
  readonly dir = mkdtempSync(join(tmpdir(), 'im-site-'));
  readonly #change: Partial<SiteSettingsInput>;
  #mariadb: Mariadb | undefined;
  #site: Process | undefined;
  #settings: SiteSettingsInput | undefined;

  /** `change`: settings of the site that a test sets otherwise. */
  constructor(change: Partial<SiteSettingsInput> = {}) {
    this.#change = change;
  }

  async start(): Promise<void> {
    this.#mariadb = await startMariadb({ dir: join(this.dir, 'mariadb'), port: await freePort() });
    await ensureDatabase(this.#mariadb, 'site');
    const { socket, user, password } = this.#mariadb;
    const account = { socket, user, password, database: 'site' };
    await seed(account, { users: 3, friends: 2 });
    const token = { secret: SITE_SECRET, audience: 'im' };
    const port = await freePort();
    this.#settings = { port, bridgeUrl: NO_BRIDGE, mysql: account, token, ...this.#change };
    const args = ['--config', this.settingsFile('site.yml', this.#settings)];
    const readyUrl = `${this.url}/health`;
    this.#site = await startProgram({
      name: 'site',
      script: `test/${SITE_SCRIPT}`,
      args,
      dir: this.dir,
      readyUrl,
    });
  }

  async stop(): Promise<void> {
    await this.#site?.stop();
    await this.#mariadb?.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  get settings(): SiteSettingsInput {
    if (this.#settings === undefined) throw new Error('not up: useDemoSite() belongs to the top of the file');
    return this.#settings;
  }

  get url(): string {
    return `http://127.0.0.1:${this.settings.port}`;
  }

  /** Writes settings, right or wrong, and gives the path. */
  settingsFile(name: string, content: unknown): string {
    const path = join(this.dir, name);
    writeFileSync(path, stringify(content));
    return path;
  }

  /** Rows of a statement in the site's database. */
  async rows(sql: string, values: string[] = []): Promise<mysql.RowDataPacket[]> {
    const { socket, user, password, database } = this.settings.mysql;
    const where = { socketPath: socket ?? '', user, password, database };
    const connection = await mysql.createConnection(where);
    const [found] = await connection.execute<mysql.RowDataPacket[]>(sql, values);
    await connection.end();
    return found;
  }

  visitor(): Visitor {
    return new Visitor(this.url);
  }

  async signedIn(user: string, password = `pw-${user}`): Promise<Visitor> {
    const visitor = this.visitor();
    const response = await visitor.post('/sign-in', { user, password });
    expect(response.status).toBe(303);
    return visitor;
  }
}

/** A browser without scripts: it keeps cookies and posts forms. */
export class Visitor {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** As the header has it; empty when there is none. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path: string, headers: Fields = {}): Promise<Response> {
    const all = { cookie: this.cookie, ...headers };
    return fetch(`${this.#url}${path}`, { headers: all, redirect: 'manual' });
  }

  async post(path: string, fields: Fields, headers: Fields = { origin: this.#url }): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { cookie: this.cookie, ...headers },
      redirect: 'manual',
    });
    for (const set of response.headers.getSetCookie()) this.#keep(set);
    return response;
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  #keep(set: string): void {
    const [pair = ''] = set.split(';');
    const [name = ''] = pair.split('=', 1);
    this.#cookies.set(name, pair.slice(name.length + 1));
  }
}

/** For all tests of a file. */
export function useDemoSite(change: Partial<SiteSettingsInput> = {}): DemoSite {
  const site = new DemoSite(change);
  beforeAll(() => site.start(), 120_000);
  afterAll(() => site.stop());
  return site;
}
