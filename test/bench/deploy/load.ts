/** People with tabs who write to each other and change how they appear, for as long as it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import type { BenchStack } from '../bench-stack.ts';
import { crowdOf, type Crowd } from '../compare/crowd.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { addFriendships, addPeople } from '../site-people.ts';
import { SteadyTab } from './steady-tab.ts';
import { Tally } from './tally.ts';

export interface LoadOptions {
  readonly users: number;
  /** Of each user. */
  readonly tabs: number;
  readonly friends: number;
  /** Messages a second, of all. */
  readonly rate: number;
}

/** Of a hundred, those who change how they appear. */
const CHANGING = 5;
/** Sessions that are opened at once. */
const AT_ONCE = 20;
/** Tabs that call all the time, each a session's first; and milliseconds between two of its calls. */
const PROBES = 20;
const KNOCK_EVERY = 100;

export class Load {
  readonly tally: Tally;
  readonly #options: LoadOptions;
  readonly #crowd: Crowd;
  readonly #tabs = new Map<string, readonly SteadyTab[]>();
  readonly #quiet = new AbortController();
  #work: Promise<unknown> = Promise.resolve();
  #said = 0;

  private constructor(options: LoadOptions) {
    this.#options = options;
    this.#crowd = crowdOf(options.users, options.friends, 1);
    this.tally = new Tally(new Set(this.#crowd.people.filter((_, index) => index % 100 < CHANGING)));
  }

  /** Resolves when all tabs are open, and everybody has begun. */
  static async begin(bench: BenchStack, options: LoadOptions): Promise<Load> {
    const load = new Load(options);
    await addPeople(bench.site, load.#crowd.people);
    await addFriendships(bench.site, load.#crowd.pairs);
    await load.#openAll(bench);
    await sleep(5000); // presence of those who came last
    load.tally.now.presencesSeen = 0;
    const probes = [...load.#tabs.values()].slice(0, PROBES).map(([tab]) => load.#knock(tab));
    load.#work = Promise.all([load.#write(), load.#change(), ...probes]);
    return load;
  }

  get tabCount(): number {
    return this.#options.users * this.#options.tabs;
  }

  /** Resolves when all that was said has been answered. */
  async end(): Promise<void> {
    this.#quiet.abort();
    await this.#work;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#tabs.values()].flat().map((tab) => tab.close()));
  }

  /** Says something to a friend of each of so many people; resolves when their tabs show all of it. */
  async roundTrip(people: number): Promise<void> {
    const said = this.#crowd.people.slice(0, people).map((from) => this.#sayAs(from));
    await Promise.all(said.map(({ answered }) => answered));
    await waitUntil('all of it', () => said.every(({ text }) => this.#missing(text) === 0), {
      timeout: 120_000,
      every: 100,
    });
  }

  /** Tabs of who wrote, and of whom to, that do not show a message, a while after the last. */
  async lost(): Promise<number> {
    const missing = (): number =>
      [...this.tally.said.keys()].reduce((sum, text) => sum + this.#missing(text), 0);
    const patience = { timeout: 60_000, every: 500 };
    await waitUntil('all messages', () => missing() === 0, patience).catch(() => undefined);
    return missing();
  }

  #missing(text: string): number {
    const { from = '', to = '' } = this.tally.said.get(text) ?? {};
    const both = [...this.#tabsOf(from), ...this.#tabsOf(to)];
    return both.filter((tab) => !tab.texts.has(text)).length;
  }

  #tabsOf(user: string): readonly SteadyTab[] {
    return this.#tabs.get(user) ?? [];
  }

  async #openAll({ stack: { info } }: BenchStack): Promise<void> {
    const key = new TextEncoder().encode(info.token.secret);
    const mint = (user: string): Promise<string> =>
      new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(user)
        .setAudience(info.token.audience)
        .setExpirationTime('5m')
        .sign(key);
    const left = [...this.#crowd.people];
    const hand = async (): Promise<void> => {
      for (let user = left.pop(); user !== undefined; user = left.pop())
        await this.#open(user, info.bridge.url, mint);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, hand));
  }

  async #open(user: string, url: string, mint: (user: string) => Promise<string>): Promise<void> {
    const own: SteadyTab[] = [];
    const options = { url, user, token: () => mint(user), tally: this.tally };
    for (let n = 0; n < this.#options.tabs; n += 1) own.push(await new SteadyTab(options).open());
    this.#tabs.set(user, own);
  }

  /** So many messages a second, each from a random tab to a random friend. */
  async #write(): Promise<void> {
    const sending: Promise<void>[] = [];
    while (!this.#quiet.signal.aborted) {
      sending.push(this.#sayAs(oneOf(this.#crowd.people)).answered);
      await sleep((1000 / this.#options.rate) * 2 * Math.random());
    }
    await Promise.all(sending);
  }

  #sayAs(from: string): { text: string; answered: Promise<void> } {
    const to = oneOf(this.#crowd.friendsOf[from] ?? []);
    const text = `m${(this.#said += 1)}`;
    this.tally.said.set(text, { from, to, at: performance.now(), during: this.tally.during });
    return { text, answered: oneOf(this.#tabsOf(from)).say(to, text) };
  }

  async #change(): Promise<void> {
    const people = [...this.tally.changing];
    for (let n = 0; !this.#quiet.signal.aborted; n += 1) {
      await oneOf(this.#tabsOf(oneOf(people))).appear(n % 2 === 0 ? 'dnd' : 'online');
      await sleep(100);
    }
  }

  async #knock(tab: SteadyTab | undefined): Promise<void> {
    while (!this.#quiet.signal.aborted) {
      await tab?.knock();
      await sleep(KNOCK_EVERY);
    }
  }
}

function oneOf<T>(list: readonly T[]): T {
  const found = list[Math.floor(Math.random() * list.length)];
  if (found === undefined) throw new Error('there is nobody');
  return found;
}
