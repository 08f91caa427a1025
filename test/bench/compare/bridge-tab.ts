/** A tab of the bridge: JSON long polls of docs/protocol.md. */
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { exchange } from './keep-alive.ts';
import type { Address, LoadTab, TabEvents } from './load-tab.ts';

interface Answer {
  readonly tab?: string;
  readonly cursor: string;
  readonly events?: readonly { readonly type: string; readonly body?: string }[];
}

export class BridgeTab implements LoadTab {
  readonly #url: string;
  readonly #user: string;
  readonly #events: TabEvents;
  #tab = '';
  #cursor = '';
  #open = true;

  private constructor(url: string, user: string, events: TabEvents) {
    this.#url = url;
    this.#user = user;
    this.#events = events;
  }

  static async open(address: Address, user: string, events: TabEvents): Promise<BridgeTab> {
    const tab = new BridgeTab(address.url, user, events);
    const answer = await tab.#call('connect', { token: await tokenOf(address, user) });
    tab.#tab = answer.tab ?? '';
    tab.#cursor = answer.cursor;
    void tab.#read();
    return tab;
  }

  async say(to: string, body: string): Promise<void> {
    await this.#call('send', { tab: this.#tab, to, body, cid: randomUUID() });
  }

  /** The poll under way ends with its connection. */
  close(): void {
    this.#open = false;
  }

  async #read(): Promise<void> {
    try {
      while (this.#open) this.#take(await this.#poll());
    } catch (error) {
      if (this.#open) this.#events.lost(error as Error);
    }
  }

  async #poll(): Promise<Answer> {
    const query = new URLSearchParams({ u: this.#user, tab: this.#tab, cursor: this.#cursor });
    return JSON.parse(
      await exchange({ method: 'GET', url: `${this.#url}/v1/poll?${query.toString()}` }),
    ) as Answer;
  }

  #take({ cursor, events = [] }: Answer): void {
    this.#cursor = cursor;
    this.#events.arrived(events.flatMap(({ type, body = '' }) => (type === 'message' ? [body] : [])));
  }

  async #call(name: string, parameters: object): Promise<Answer> {
    const body = JSON.stringify({ u: this.#user, ...parameters });
    const url = `${this.#url}/v1/${name}`;
    return JSON.parse(await exchange({ method: 'POST', url, type: 'text/plain', body })) as Answer;
  }
}

function tokenOf({ token: { secret, audience } }: Address, user: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(secret));
}
