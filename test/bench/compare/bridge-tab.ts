/** A tab of the bridge: docs/protocol.md by JSON, read by long polls or by a stream. */
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { readPolls, readStream, type Read } from './bridge-reading.ts';
import { exchange } from './keep-alive.ts';
import type { Address, LoadTab, TabEvents, Variant } from './load-tab.ts';

const READ: Readonly<Record<Exclude<Variant, 'bosh'>, Read>> = { poll: readPolls, stream: readStream };

export class BridgeTab implements LoadTab {
  readonly #url: string;
  readonly #user: string;
  #tab = '';
  readonly #closing = new AbortController();

  private constructor(url: string, user: string) {
    this.#url = url;
    this.#user = user;
  }

  static async open(
    variant: keyof typeof READ,
    address: Address,
    user: string,
    events: TabEvents,
  ): Promise<BridgeTab> {
    const tab = new BridgeTab(address.url, user);
    const connected = await tab.#call('connect', { token: await tokenOf(address, user) });
    const { tab: id = '', cursor = '' } = JSON.parse(connected) as { tab?: string; cursor?: string };
    tab.#tab = id;
    READ[variant]({ url: address.url, user, tab: id, cursor, closed: tab.#closing.signal }, events).catch(
      (error: unknown) => {
        if (!tab.#closing.signal.aborted) events.lost(error as Error);
      },
    );
    return tab;
  }

  async say(to: string, body: string): Promise<void> {
    await this.#call('send', { tab: this.#tab, to, body, cid: randomUUID() });
  }

  /** What is read under way ends with its connection. */
  close(): void {
    this.#closing.abort();
  }

  #call(name: string, parameters: object): Promise<string> {
    const body = JSON.stringify({ u: this.#user, ...parameters });
    return exchange({ method: 'POST', url: `${this.#url}/v1/${name}`, type: 'text/plain', body });
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
