/**
 * A tab that is a BOSH session of its own (XEP-0124, XEP-0206): what a chat page does without a bridge. It looks for
 * what it needs in the text of the answers and builds no tree, so that little of the machine's time goes to the load.
 */
import { randomInt } from 'node:crypto';
import type { Element } from '@xmpp/xml';
import { mintTicket } from '../../../bridge/xmpp/ticket.ts';
import { arrival, bind, bodyOf, chat, creation, plain, received, restart } from './bosh-body.ts';
import { receiptsIn, requestsIn } from './bosh-receipts.ts';
import { exchange } from './keep-alive.ts';
import type { Address, LoadTab, TabEvents } from './load-tab.ts';

/** Of messages, also within carbons; the element around them all has another first character behind it. */
const TEXT = /<body[^>]*>([^<]+)<\/body>/g;
/** Requests under way at once: `hold` and one more (XEP-0124, section 11). */
const AT_ONCE = 2;

interface Wanted {
  readonly pattern: RegExp;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
}

export class BoshTab implements LoadTab {
  readonly #address: Address;
  readonly #events: TabEvents;
  #rid = randomInt(1, 2 ** 40);
  #sid = '';
  #underWay = 0;
  #open = true;
  readonly #waiting: (() => void)[] = [];
  #wanted: Wanted | undefined;
  #seen = '';

  private constructor(address: Address, events: TabEvents) {
    this.#address = address;
    this.#events = events;
  }

  static async open(address: Address, user: string, events: TabEvents): Promise<BoshTab> {
    const tab = new BoshTab(address, events);
    await tab.#signIn(user);
    return tab;
  }

  /** Taken by the session; a refusal would come as an error, and the message would be missing at its end. */
  async say(to: string, text: string): Promise<void> {
    const { domain, receipts } = this.#address;
    if (this.#underWay >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#send({}, chat(`${to}@${domain}`, text, receipts));
  }

  close(): void {
    this.#open = false;
  }

  async #signIn(user: string): Promise<void> {
    const { domain, ticket } = this.#address;
    const password = await mintTicket(ticket, user);
    const created = await this.#ask(/ sid='([^']+)'/, creation(domain));
    this.#sid = / sid='([^']+)'/.exec(created)?.[1] ?? '';
    if (!created.includes('</stream:features>')) await this.#ask(/<\/stream:features>/, {});
    await this.#ask(/<success/, {}, plain(user, password));
    await this.#ask(/<\/stream:features>/, restart(domain));
    await this.#ask(/<jid>/, {}, bind());
    await this.#ask(/id='carbons'|id="carbons"/, {}, ...arrival());
  }

  #ask(
    pattern: RegExp,
    attributes: Readonly<Record<string, string>>,
    ...stanzas: Element[]
  ): Promise<string> {
    const answer = this.#until(pattern);
    this.#send(attributes, ...stanzas);
    return answer;
  }

  #until(pattern: RegExp): Promise<string> {
    this.#seen = '';
    return new Promise((resolve, reject) => {
      this.#wanted = { pattern, resolve, reject };
    });
  }

  #send(attributes: Readonly<Record<string, string>>, ...stanzas: Element[]): void {
    this.#underWay += 1;
    const rid = String(this.#rid++);
    const body = bodyOf({ rid, ...(this.#sid !== '' && { sid: this.#sid }), ...attributes }, ...stanzas);
    exchange({ method: 'POST', url: this.#address.url, type: 'text/xml; charset=utf-8', body }).then(
      (text) => this.#answered(text),
      (error: unknown) => this.#lost(error as Error),
    );
  }

  #answered(text: string): void {
    this.#underWay -= 1;
    if (text.slice(0, 300).includes('terminate')) {
      this.#lost(new Error(`the session was ended: ${text.slice(0, 300)}`));
      return;
    }
    this.#take(text);
    if (this.#address.receipts) this.#acknowledge(text);
    if (this.#underWay < AT_ONCE) this.#waiting.shift()?.();
    setImmediate(() => this.#poll()); // behind what is sent in answer to this
  }

  /** One request is always with the server, so that it has something to answer. */
  #poll(): void {
    if (this.#open && this.#underWay === 0 && this.#sid !== '') this.#send({});
  }

  #take(text: string): void {
    const wanted = this.#wanted;
    if (wanted !== undefined) {
      this.#seen += text;
      if (wanted.pattern.test(this.#seen)) {
        this.#wanted = undefined;
        wanted.resolve(this.#seen);
      }
    }
    this.#events.receipts(receiptsIn(text));
    this.#events.arrived([...text.matchAll(TEXT)].map(([, body = '']) => body));
  }

  /** All in the request that takes the place of the one which has just been answered. */
  #acknowledge(text: string): void {
    const receipts = requestsIn(text).map(({ from, id }) => received(from, id));
    if (receipts.length > 0) this.#send({}, ...receipts);
  }

  #lost(error: Error): void {
    if (!this.#open) return;
    this.#open = false;
    this.#wanted?.reject(error);
    this.#events.lost(error);
  }
}
