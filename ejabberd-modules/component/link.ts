/**
 * The component's link to ejabberd (XEP-0114) over @xmpp/component 0.13.1, kept up with growing pauses. Its faults
 * that touch us are mended here: it reconnects after a fixed second, cuts UTF-8 at chunks, throws on data after
 * the end and on an entity that XML does not know, and answers IQs by itself.
 *
 *   connecting -> up -> down -> connecting ...
 */
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { component, type Component } from '@xmpp/component';
import type { Element } from '@xmpp/xml';
import { backoff } from '../../bridge/backoff.ts';
import type { Log } from '../../bridge/log.ts';

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** Its own address, as site.example.org. */
  readonly domain: string;
  readonly secret: string;
  readonly log: Log;
  readonly onStanza: (stanza: Element) => void;
}

/** Milliseconds for each step of connecting. */
const TIMEOUT = 5000;

export class Link {
  readonly #options: LinkOptions;
  readonly #component: Component;
  readonly #closing = new AbortController();
  #up = false;
  #down: (() => void) | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#component = component({ service: this.#service, domain: options.domain, password: options.secret });
    this.#component.timeout = TIMEOUT;
    this.#mend();
    this.#listen();
  }

  get up(): boolean {
    return this.#up;
  }

  get #service(): string {
    return `xmpp://${this.#options.host}:${this.#options.port}`;
  }

  /** Keeps the link up until `close`. */
  async run(): Promise<void> {
    for (let attempt = 0; !this.#closing.signal.aborted; attempt += 1) {
      if (await this.#connect()) attempt = 0;
      await sleep(backoff(attempt, Math.random(), { base: 250, most: 10_000 }), undefined, {
        signal: this.#closing.signal,
      }).catch(() => undefined); // ended by close()
    }
  }

  /** What is sent while the link is down is lost: ejabberd asks again. */
  send(stanza: Element): void {
    if (this.#up)
      this.#component
        .send(stanza)
        .catch((error: unknown) => this.#options.log.warn({ err: error }, 'not sent'));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#component.stop().catch(() => this.#component.socket?.destroy()); // it was not open
  }

  /** Connects, and comes back when the link is down again: true when it had been up. */
  async #connect(): Promise<boolean> {
    const down = new Promise<void>((resolve) => {
      this.#down = resolve;
    });
    let wasUp = false;
    const online = (): void => {
      wasUp = true;
    };
    this.#component.once('online', online);
    try {
      await this.#component.connect(this.#service);
      await this.#component.open({ domain: this.#options.domain });
      await down;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'ejabberd is out of reach');
      this.#component.socket?.destroy();
    }
    this.#component.off('online', online);
    return wasUp;
  }

  #mend(): void {
    const xmpp = this.#component;
    xmpp.reconnect.stop();
    xmpp.removeAllListeners('element'); // its middleware: it would answer each IQ as well
    let decoder = new StringDecoder('utf8');
    xmpp.on('connecting', () => {
      decoder = new StringDecoder('utf8');
    });
    xmpp._onData = (data) => {
      try {
        xmpp.parser?.write(decoder.write(data));
      } catch (error) {
        xmpp.emit('error', error); // which cuts the link: the parser is of no more use
      }
    };
  }

  #listen(): void {
    const { log, onStanza } = this.#options;
    this.#component.on('online', () => {
      this.#up = true;
      log.info('the link to ejabberd is up');
    });
    this.#component.on('disconnect', () => {
      if (this.#up) log.warn('the link to ejabberd is down');
      this.#up = false;
      this.#down?.();
    });
    this.#component.on('error', (error: unknown) => {
      log.warn({ err: error }, 'link fault');
      this.#component.socket?.destroy();
    });
    // A question may come in one chunk with the answer to the handshake, before `online`: it waits for that.
    this.#component.on('stanza', (stanza: Element) => setImmediate(onStanza, stanza));
  }
}
