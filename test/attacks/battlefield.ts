/**
 * Where the attacks of a file happen: a whole stack, a victim with a page and a native client, a friend of the
 * victim and a stranger, who attack, and two witnesses. After each attack the witnesses tell: every process is the
 * one that it was, no stream but the attacker's was cut, and a message still passes both ways.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { NativeClient } from '../support/native-client.ts';
import type { Stack, StackOptions } from '../support/stack.ts';
import { befriend, Person, siteDatabase, STORY_HASH, STORY_PASSWORD, useStack } from '../support/story.ts';
import type { Tab } from '../support/tab.ts';
import xml, { type Element } from '@xmpp/xml';
import { RawSocket, type Credentials, type RawOptions } from './raw-socket.ts';

/** vic and fred are friends, ann and ben too; mal has no friend. bess2 has characters that many others look like. */
const PEOPLE = ['vic', 'fred', 'mal', 'ann', 'ben', 'bess2'] as const;
type Name = (typeof PEOPLE)[number];
const FRIENDS = [
  ['vic', 'fred'],
  ['ann', 'ben'],
] as const;

export const PASSWORD = STORY_PASSWORD;

interface Seat {
  readonly person: Person;
  readonly native: NativeClient;
  readonly tab: Tab;
}

export class Battlefield {
  readonly stack: Stack;
  readonly domain: string;
  readonly #attackers: RawSocket[] = [];
  readonly #pids: Readonly<Record<string, unknown>>;
  readonly #seats: Readonly<Record<'vic' | 'ann' | 'ben', Seat>>;
  #passed = 0;

  private constructor(stack: Stack, seats: Record<'vic' | 'ann' | 'ben', Seat>) {
    this.stack = stack;
    this.domain = stack.info.xmpp.domain;
    this.#seats = seats;
    this.#pids = pidsOf(stack);
  }

  static async prepare(stack: Stack): Promise<Battlefield> {
    const site = await siteDatabase(stack);
    for (const name of PEOPLE) {
      const values = [name, name, STORY_HASH];
      await site.execute('INSERT INTO users (id, name, password_hash) VALUES (?, ?, ?)', values);
    }
    for (const [a, b] of FRIENDS) await befriend(site, a, b);
    await site.end();
    const [vic, ann, ben] = [await seat('vic', stack), await seat('ann', stack), await seat('ben', stack)];
    return new Battlefield(stack, { vic, ann, ben });
  }

  get victim(): Seat {
    return this.#seats.vic;
  }

  address(name: Name): string {
    return `${name}@${this.domain}`;
  }

  /** The listener of bridges, without TLS: an attack there meets the least in its way. */
  get plain(): RawOptions {
    const { host, port } = this.stack.info.xmpp;
    return { host, port, domain: this.domain };
  }

  /** The listener of native clients. */
  get native(): RawOptions {
    return { ...this.plain, port: this.stack.info.xmpp.starttlsPort };
  }

  /** A connection that ends with the test. */
  keep(socket: RawSocket): RawSocket {
    this.#attackers.push(socket);
    return socket;
  }

  /** Signed in, by the site password. */
  async attacker(user: Name, change: Partial<Credentials> = {}): Promise<RawSocket> {
    return this.keep(await RawSocket.signIn({ ...this.plain, user, password: PASSWORD, ...change }));
  }

  /** The witnesses speak. */
  async check(): Promise<void> {
    for (const socket of this.#attackers.splice(0)) socket.destroy();
    await this.passes();
    expect(pidsOf(this.stack)).toEqual(this.#pids);
    const { ann, ben, vic } = this.#seats;
    for (const { person, native, tab } of [ann, ben, vic]) {
      await barrier(native, this.domain);
      const cuts = tab.events.filter(({ type }) => type === 'link' || type === 'bye');
      expect({ user: person.id, cuts }).toEqual({ user: person.id, cuts: [] });
    }
    const log = readFileSync(join(this.stack.plan.dir, 'logs/component.log'), 'utf8');
    expect(log.match(/the link to ejabberd is \w+|link fault/g)).toEqual(['the link to ejabberd is up']);
  }

  /** A message passes between the witnesses, from a native client to a page and back. */
  async passes(): Promise<void> {
    const { ann, ben } = this.#seats;
    const [there, back] = [`there ${++this.#passed}`, `back ${this.#passed}`];
    ann.native.chat(this.address('ben'), there);
    await Promise.all([
      ben.tab.sees(there, (tab) => tab.bodies('ann').includes(there)),
      ben.native.waitFor((stanza) => stanza.getChildText('body') === there),
    ]);
    await ben.tab.send('ann', back);
    await ann.native.waitFor((stanza) => stanza.getChildText('body') === back);
  }

  async leave(): Promise<void> {
    await Promise.all(Object.values(this.#seats).map(({ person }) => person.goHome()));
  }
}

/** All that the server had to tell this client before it has been told when this is answered. */
export async function barrier(client: NativeClient, domain: string): Promise<Element> {
  return await client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), domain);
}

/** The battlefield of this file, and its witnesses after each test. */
export function useBattlefield(options: Partial<StackOptions> = {}): { readonly field: Battlefield } {
  const used = useStack(options);
  let field: Battlefield | undefined;
  beforeAll(async () => {
    field = await Battlefield.prepare(used.stack);
  }, 60_000);
  afterEach(async () => {
    await field?.check();
  });
  afterAll(async () => {
    await field?.leave();
  });
  return {
    get field() {
      if (field === undefined)
        throw new Error('there is no battlefield: useBattlefield() belongs to the top');
      return field;
    },
  };
}

async function seat(id: Name, stack: Stack): Promise<Seat> {
  const person = new Person(id, stack);
  const native = await person.native();
  native.presence();
  await native.iq('set', xml('enable', { xmlns: 'urn:xmpp:carbons:2' }));
  return { person, native, tab: await person.openTab() };
}

/** The parts of the stack, and the external-auth processes that ejabberd has started. */
function pidsOf({ info, plan: { dir } }: Stack): Record<string, unknown> {
  const scripts = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isAuthScript(pid, dir));
  return { ...info.pids, scripts };
}

function isAuthScript(pid: string, dir: string): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return line.includes('extauth.js') && line.includes(dir);
  } catch {
    return false; // it has ended meanwhile, and is none
  }
}
