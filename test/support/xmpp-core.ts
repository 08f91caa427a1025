/**
 * The XMPP half of the stack, without bridge and site: MariaDB, ejabberd with our modules and the
 * external-auth script, the component. Its people are those of the demo site, with native clients.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { bcrypt } from 'hash-wasm';
import mysql from 'mysql2/promise';
import type { Ejabberd } from './ejabberd.ts';
import { NODE } from './ejabberd-home.ts';
import type { Mariadb } from './mariadb.ts';
import { NativeClient, type NativeOptions } from './native-client.ts';
import { freePort, isListening } from './ports.ts';
import { DATABASE, SITE_DATABASE } from './settings.ts';
import { Starters, type Part } from './stack-parts.ts';
import { freePorts } from './stack-ports.ts';
import { waitUntil } from './wait-until.ts';

const DOMAIN = 'im.test';
const PEOPLE = ['alice', 'bob', 'carol', 'dave'];

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
    for (const user of PEOPLE) await this.#cheapen(user);
    await this.#starters.start('ejabberd', () => undefined);
    await this.startComponent();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
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

  ejabberdLog(): string {
    return readFileSync(this.ejabberd.logFile, 'utf8');
  }

  get componentSecret(): string {
    return this.#up.settings.config.component.secret;
  }

  async startComponent(): Promise<void> {
    this.#component = await this.#up.start('component', () => undefined);
  }

  /** With the same data and settings, and the component connected to it. Its clients are gone. */
  async restartEjabberd(how: 'stop' | 'kill'): Promise<void> {
    await this.ejabberd[how]();
    await this.#up.start('ejabberd', () => undefined);
    const alice = { user: 'alice', host: DOMAIN };
    await waitUntil('the component to be back', () => this.ejabberd.api('im_friends', alice));
    await waitUntil('people to be let in', () => this.#letIn([this.ejabberd]));
  }

  /** With the same data. */
  async restartMariadb(): Promise<void> {
    await this.mariadb.kill();
    await this.#up.start('mariadb', () => undefined);
  }

  get mariadb(): Mariadb {
    return this.#up.mariadb;
  }

  /** A second node, in a cluster with the first. Its owner stops it, before the first ends. */
  async startSecondNode(): Promise<Ejabberd> {
    const [c2s, native, component, api, dist] = await Promise.all(Array.from({ length: 5 }, freePort));
    if (!c2s || !native || !component || !api || !dist) throw new Error('there are no free ports');
    const second = await this.#up.startSecondEjabberd({ c2s, native, component, api, dist });
    const { code, stdout } = await second.ctl('join_cluster', NODE);
    if (code !== 0) throw new Error(`the second node did not join: ${stdout}`);
    await waitUntil('the nodes to know each other', async () => {
      const nodes = await Promise.all([this.ejabberd, second].map((node) => node.api('list_cluster')));
      return nodes.every((known) => (known as unknown[]).length === 2);
    });
    await waitUntil('the second node to listen again', () => isListening(c2s));
    await waitUntil('both nodes to let people in', () => this.#letIn([this.ejabberd, second]));
    return second;
  }

  /** Each process of a pool has a first question, for which it may still be loading. */
  async #letIn(nodes: readonly Ejabberd[]): Promise<boolean> {
    const account = { user: 'alice', host: DOMAIN, password: 'pw-alice' };
    const asked = nodes.flatMap((node) => [node, node]);
    const answers = await Promise.all(asked.map((node) => node.api('check_password', account)));
    return answers.every((answer) => answer === 0);
  }

  /** A native client of a demo account, signed in. Its resource is its name. */
  async login(user: string, options: Partial<NativeOptions> = {}): Promise<NativeClient> {
    const account = { host: '127.0.0.1', port: this.ejabberd.ports.c2s, domain: DOMAIN, user };
    const client = await NativeClient.connect({ ...account, password: `pw-${user}`, ...options });
    this.#clients.push(client);
    return client;
  }

  /** All clients end; and ejabberd has let go of their friends, which a next login must not find. */
  async goHome(): Promise<void> {
    const clients = this.#clients.splice(0);
    if (clients.length === 0) return; // and ejabberd may be down
    await Promise.all(clients.map((client) => client.close()));
    await waitUntil('nobody’s friends to be held any more', () => this.#nobodyIsHeld());
  }

  async #nobodyIsHeld(): Promise<boolean> {
    const { loaded, failed } = (await this.ejabberd.api('im_filter_counters', { host: DOMAIN })) as Record<
      string,
      number
    >;
    return loaded === 0 && failed === 0;
  }

  addressOf(user: string): string {
    return `${user}@${DOMAIN}`;
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

  /** The demo's hashes cost as much as a site's should: on a busy machine, more than the time for an answer. */
  async #cheapen(user: string): Promise<void> {
    const hash = await bcrypt({
      password: `pw-${user}`,
      salt: randomBytes(16),
      costFactor: 4,
      outputType: 'encoded',
    });
    await this.#onSite('UPDATE users SET password_hash = ? WHERE id = ?', [hash, user]);
  }

  /** The site's own schema. */
  siteDatabase(): Promise<mysql.Connection> {
    return this.#connect(SITE_DATABASE);
  }

  async #onSite(statement: string, values: readonly string[]): Promise<void> {
    const site = await this.siteDatabase();
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
