/** The people of one interleaving, their pages and native clients, and the small model: what was sent, and its fate. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type mysql from 'mysql2/promise';
import type { NativeClient } from '../support/native-client.ts';
import type { Random } from '../support/random.ts';
import type { Stack } from '../support/stack.ts';
import type { Person } from '../support/story.ts';
import type { Answer } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { WireTap } from '../support/wire-tap.ts';
import { Page, Violation } from './page.ts';

/** Milliseconds in which every call must have come to an end, faults and restarts included. */
const PATIENCE = 60_000;

/** `open`: nobody was told, and either may be. */
export type Fate = 'open' | 'accepted' | 'refused';

export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** Of a page's message. */
  readonly cid?: string;
  fate: Fate;
  id?: string;
}

export interface Actor {
  readonly person: Person;
  readonly peers: readonly string[];
  readonly pages: Page[];
  native: NativeClient | undefined;
  /** Under way: an actor has one native client at the most. */
  signingIn: Promise<NativeClient | undefined> | undefined;
}

export interface WorldParts {
  readonly stack: Stack;
  /** Between the bridge and ejabberd. */
  readonly tap: WireTap;
  /** The site's database. */
  readonly site: mysql.Connection;
  readonly actors: readonly Actor[];
  readonly random: Random;
}

export class World implements WorldParts {
  readonly stack: Stack;
  readonly tap: WireTap;
  readonly site: mysql.Connection;
  readonly actors: readonly Actor[];
  readonly random: Random;
  readonly sent: Sent[] = [];
  /** What was done, for whoever has to find out what went wrong. */
  readonly log: string[] = [];
  /** By what it is. */
  readonly #underWay = new Map<Promise<void>, string>();
  readonly #faults: unknown[] = [];

  constructor(parts: WorldParts) {
    this.stack = parts.stack;
    this.tap = parts.tap;
    this.site = parts.site;
    this.actors = parts.actors;
    this.random = parts.random;
  }

  /** Goes on beside what follows; `settled` waits for it. */
  begin(name: string, work: Promise<unknown>): void {
    const done: Promise<void> = work
      .then(
        () => undefined,
        (fault: unknown) => void this.#faults.push(fault),
      )
      .finally(() => this.#underWay.delete(done));
    this.#underWay.set(done, name);
  }

  /** @throws the first thing that went wrong; Violation with what does not come to an end */
  async settled(): Promise<void> {
    await waitUntil('all to come to an end', () => this.#underWay.size === 0, { timeout: PATIENCE }).catch(
      () => {
        throw new Violation(`does not come to an end: ${[...this.#underWay.values()].join(', ')}`);
      },
    );
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  async open(actor: Actor): Promise<void> {
    const { person } = actor;
    const page = new Page(this.stack.info.bridge.url, person.id, () => person.token());
    await page.load();
    actor.pages.push(page);
  }

  /** A new message, not sent yet. */
  draft(actor: Actor, to: string, by: 'page' | 'native'): Sent {
    const body = `${actor.person.id} says ${this.sent.length}`;
    const cid = by === 'page' ? { cid: randomUUID() } : {};
    const sent: Sent = { from: actor.person.id, to, body, fate: 'open', ...cid };
    this.sent.push(sent);
    return sent;
  }

  /** Tries, as a client does, until the message is taken or refused; each time from any page of the person. */
  async deliver(actor: Actor, sent: Sent): Promise<void> {
    const end = performance.now() + PATIENCE;
    const { to, body, cid } = sent;
    for (;;) {
      const page = pick(actor.pages, this.random);
      const answer = await page.call('send', { to, body, cid });
      if (settles(sent, answer)) return;
      if (performance.now() > end) throw new Violation(`not sent in time: ${JSON.stringify(answer.error)}`);
      if (answer.error?.code === 'gone') await page.load();
      await sleep(20 + this.random() * 100);
    }
  }
}

/** Notes what an answer says of a message's fate; false when the client has to try again. */
function settles(sent: Sent, { ok, id, error }: Answer): boolean {
  if (ok) {
    if (sent.id !== undefined && sent.id !== id)
      throw new Violation(`"${sent.body}" has two ids: ${sent.id} and ${String(id)}`);
    Object.assign(sent, { fate: 'accepted', id });
    return true;
  }
  if (error?.code === 'not-friends') {
    if (sent.fate === 'accepted') throw new Violation(`"${sent.body}" was taken, and then refused`);
    sent.fate = 'refused';
    return true;
  }
  if (error?.code === 'unavailable' || error?.code === 'gone') return false;
  throw new Violation(`send: ${JSON.stringify(error)}`);
}

export function pick<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
