/**
 * Stories: people are arguments. Each story has fresh accounts on a real stack, so that stories of one file
 * share a stack and nothing else.
 *
 *   story('two tabs see the same message', { alice: 2, bob: 1 }, async ({ alice, bob }) => { ... });
 *
 * The number says how many tabs a person has open at the start. alice and bob are friends, alice and carol
 * too; dave is nobody's friend.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from '@jest/globals';
import { SignJWT } from 'jose';
import mysql from 'mysql2/promise';
import { NativeClient } from './native-client.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';
import { Tab } from './tab.ts';

const FRIENDS: readonly (readonly [string, string])[] = [
  ['alice', 'bob'],
  ['alice', 'carol'],
];
/** Everybody's site password in a story. */
export const STORY_PASSWORD = 'pw-story';
/** Its bcrypt hash, of the least cost: what is tested here is not how long a hash takes. */
export const STORY_HASH = '$2a$04$InmzsUQjtZ6vUTUXwkSEfe2VNK5G.LhICVnPLNBoIM4.WSttX2QeS';

let stories = 0;

export class Person {
  /** The site id: the name, with the number of the story. */
  readonly id: string;
  readonly tabs: Tab[] = [];
  readonly #stack: Stack;
  readonly #natives: NativeClient[] = [];

  constructor(id: string, stack: Stack) {
    this.id = id;
    this.#stack = stack;
  }

  /** The first tab. */
  get tab(): Tab {
    const [first] = this.tabs;
    if (first === undefined) throw new Error(`${this.id} has no tab in this story: give it a number above 0`);
    return first;
  }

  /** A token as the site mints it. */
  token(
    change: {
      subject?: string;
      expires?: string;
      audience?: string;
      secret?: string;
      issuedAt?: number;
    } = {},
  ): Promise<string> {
    const { secret, audience } = this.#stack.info.token;
    return new SignJWT(change.issuedAt === undefined ? {} : { iat: change.issuedAt })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(change.subject ?? this.id)
      .setAudience(change.audience ?? audience)
      .setExpirationTime(change.expires ?? '5m')
      .sign(new TextEncoder().encode(change.secret ?? secret));
  }

  /** A new tab, connected and polling. */
  async openTab(): Promise<Tab> {
    const tab = await new Tab(this.#stack.info.bridge.url, this.id).connect({ token: await this.token() });
    this.tabs.push(tab.start());
    return tab;
  }

  /** A staff member's client, signed in with the site password. */
  async native(): Promise<NativeClient> {
    const { host, port, domain } = this.#stack.info.xmpp;
    const client = await NativeClient.connect({
      host,
      port,
      domain,
      user: this.id,
      password: STORY_PASSWORD,
    });
    this.#natives.push(client);
    return client;
  }

  async goHome(): Promise<void> {
    await Promise.all(this.tabs.map((tab) => tab.leave().catch(() => undefined))); // it may have ended in the story
    await Promise.all(this.#natives.map((client) => client.close()));
  }
}

/** The stack of this file: started before its tests, stopped after them. */
export function useStack(options: Partial<StackOptions> = {}): { readonly stack: Stack } {
  let stack: Stack | undefined;
  const dir = mkdtempSync(join(tmpdir(), 'im-'));
  beforeAll(async () => {
    stack = await startStack({ dir, ...options });
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);
  return {
    get stack() {
      if (stack === undefined)
        throw new Error('the stack is not up: useStack() belongs to the top of the file');
      return stack;
    },
  };
}

/** A test with people in it. */
export function story<Names extends string>(
  title: string,
  used: { readonly stack: Stack },
  people: Readonly<Record<Names, number>>,
  body: (people: Readonly<Record<Names, Person>>, stack: Stack) => Promise<void>,
): void {
  test(title, async () => {
    const { stack } = used;
    const cast = await makePeople(stack, Object.keys(people) as Names[]);
    try {
      for (const [name, tabs] of Object.entries<number>(people)) {
        for (let i = 0; i < tabs; i += 1) await cast[name as Names].openTab();
      }
      await body(cast, stack);
    } finally {
      await Promise.all(Object.values<Person>(cast).map((person) => person.goHome()));
    }
  });
}

/** Fresh accounts, with the friendships of a story among them. */
export async function makePeople<Names extends string>(
  stack: Stack,
  names: readonly Names[],
): Promise<Record<Names, Person>> {
  stories += 1;
  const suffix = `-${stories}`;
  const site = await siteDatabase(stack);
  for (const name of names) {
    await site.execute('INSERT INTO users (id, name, password_hash) VALUES (?, ?, ?)', [
      name + suffix,
      capital(name),
      STORY_HASH,
    ]);
  }
  for (const [a, b] of FRIENDS) {
    if (names.includes(a as Names) && names.includes(b as Names))
      await befriend(site, a + suffix, b + suffix);
  }
  await site.end();
  return Object.fromEntries(names.map((name) => [name, new Person(name + suffix, stack)])) as Record<
    Names,
    Person
  >;
}

/** A connection to the demo site's own schema. */
export function siteDatabase({ info: { mysql: account } }: Stack): Promise<mysql.Connection> {
  return mysql.createConnection({
    socketPath: account.socket,
    user: account.user,
    password: account.password,
    database: account.siteDatabase,
  });
}

export async function befriend(site: mysql.Connection, a: string, b: string): Promise<void> {
  await site.execute('INSERT INTO friendships (user_id, friend_id) VALUES (?, ?), (?, ?)', [a, b, b, a]);
}

export async function unfriend(site: mysql.Connection, a: string, b: string): Promise<void> {
  const pairs = '(user_id = ? AND friend_id = ?) OR (user_id = ? AND friend_id = ?)';
  await site.execute(`DELETE FROM friendships WHERE ${pairs}`, [a, b, b, a]);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
