/**
 * The XMPP half of the stack, without bridge and site: MariaDB, ejabberd with our modules and the
 * external-auth script, the component. Its people are those of the demo site, with native clients.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import mysql from 'mysql2/promise';
import type { Ejabberd } from './ejabberd.ts';
import { NativeClient, type NativeOptions } from './native-client.ts';
import { DATABASE, SITE_DATABASE } from './settings.ts';
import { Starters, type Part } from './stack-parts.ts';
import { freePorts } from './stack-ports.ts';
import { waitUntil } from './wait-until.ts';

const DOMAIN = 'im.test';
/** As ejabberd-config.ts has it: processes of the external-auth script, which ejabberd asks in turn. */
const POOL = 2;

export class XmppCore {
  readonly domain = DOMAIN;
  readonly dir = mkdtempSync(join(tmpdir(), 'im-'));
  readonly #clients: NativeClient[] = [];
  #starters: Starters | undefined;
  #component: Part | undefined;

  async start(): Promise<void> {
    const plan = {
      dir: this.dir,
      domain: DOMAIN,
      ports: await freePorts(),
      users: 0,
      friends: 0,
      change: {},
    };
    this.#starters = new Starters(plan, () => undefined);
    await this.#starters.start('mariadb', () => undefined);
    await this.#starters.start('ejabberd', () => undefined);
    await this.startComponent();
    await this.#authAnswers();
  }

  async stop(): Promise<void> {
    await this.goHome();
    await this.#component?.stop();
    await this.#starters?.ejabberd.stop();
    await this.#starters?.mariadb.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  get ejabberd(): Ejabberd {
    return this.#up.ejabberd;
  }

  get component(): Part {
    if (this.#component === undefined) throw new Error('the component is not up');
    return this.#component;
  }

  get componentSecret(): string {
    return this.#up.settings.config.component.secret;
  }

  async startComponent(): Promise<void> {
    this.#component = await this.#up.start('component', () => undefined);
  }

  /** A native client of a demo account, signed in. Its resource is its name. */
  async login(user: string, options: Partial<NativeOptions> = {}): Promise<NativeClient> {
    const account = { host: '127.0.0.1', port: this.ejabberd.ports.c2s, domain: DOMAIN, user };
    const client = await NativeClient.connect({ ...account, password: `pw-${user}`, ...options });
    this.#clients.push(client);
    return client;
  }

  async goHome(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
  }

  addressOf(user: string): string {
    return `${user}@${DOMAIN}`;
  }

  /** Each process of the pool in its turn: on a busy machine, the first answer of a new one comes too late. */
  async #authAnswers(): Promise<void> {
    const account = { user: 'alice', host: DOMAIN };
    let answers = 0;
    const known = async (): Promise<boolean> => {
      const found = (await this.ejabberd.api('check_account', account)) === 0;
      answers = found ? answers + 1 : 0;
      return answers >= POOL;
    };
    await waitUntil('the external-auth script to answer', known, { timeout: 60_000 });
  }

  /** Statements on ejabberd's own schema. */
  database(): Promise<mysql.Connection> {
    return this.#connect(DATABASE);
  }

  /** What the site does when somebody adds or removes a friend. */
  async befriend(a: string, b: string): Promise<void> {
    await this.#onSite('INSERT INTO friendships (user_id, friend_id) VALUES (?, ?), (?, ?)', [a, b, b, a]);
  }

  async unfriend(a: string, b: string): Promise<void> {
    const pairs = '(user_id = ? AND friend_id = ?) OR (user_id = ? AND friend_id = ?)';
    await this.#onSite(`DELETE FROM friendships WHERE ${pairs}`, [a, b, b, a]);
  }

  async #onSite(statement: string, values: readonly string[]): Promise<void> {
    const site = await this.#connect(SITE_DATABASE);
    await site.execute(statement, [...values]);
    await site.end();
  }

  #connect(database: string): Promise<mysql.Connection> {
    const { socket, user, password } = this.#up.mariadb;
    return mysql.createConnection({ socketPath: socket, user, password, database });
  }

  get #up(): Starters {
    if (this.#starters === undefined)
      throw new Error('the parts are not up: useXmppCore() belongs to the top');
    return this.#starters;
  }
}

/** For all tests of a file: up before the first, down after the last; each test's clients end with it. */
export function useXmppCore(): XmppCore {
  const core = new XmppCore();
  beforeAll(() => core.start(), 120_000);
  afterEach(() => core.goHome());
  afterAll(() => core.stop(), 60_000);
  return core;
}
