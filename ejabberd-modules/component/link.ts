/**
 * The component's link to ejabberd (XEP-0114) over @xmpp/component 0.13.1, kept up with growing pauses. Its faults
 * that touch us are mended here: it reconnects after a fixed second, cuts UTF-8 at chunks, throws on data after
 * the end and on an entity that XML does not know, waits without end for a connection, and answers IQs by itself.
 *
 *   connecting -> up -> down -> connecting ...
 */
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { component, xml, type Component } from '@xmpp/component';
import type { Element } from '@xmpp/xml';
import { backoff } from '../../bridge/backoff.ts';
import type { Log } from '../../bridge/log.ts';
import { NoAnswer } from '../../bridge/xmpp/iq.ts';
import { Liveness } from './liveness.ts';
import { refusalIn } from './refusals.ts';

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** Its own address, as site.example.org. */
  readonly domain: string;
  readonly secret: string;
  readonly log: Log;
  readonly onStanza: (stanza: Element) => void;
  readonly onDown?: () => void;
  /** Milliseconds of silence until ejabberd is asked whether it lives, and for its answer. */
  readonly quiet?: number;
  readonly patience?: number;
}

/** Milliseconds for each step of connecting. */
const TIMEOUT = 5000;
/** Milliseconds for each step of a stop: ejabberd's own goodbye, and the end of the connection. */
const GOODBYE = 500;
/** Milliseconds between two tries, at the most: until it is there, and until somebody has mended the settings. */
const PAUSE = { away: 10_000, refused: 30_000 };

export class Link {
  readonly #options: LinkOptions;
  readonly #component: Component;
  readonly #closing = new AbortController();
  readonly #liveness: Liveness;
  #up = false;
  #down: (() => void) | undefined;
  /** What ended this connection: what comes after it are its consequences. */
  #fault: unknown;

  constructor(options: LinkOptions) {
    const { domain, secret, quiet = 10_000, patience = 5000 } = options;
    this.#options = options;
    this.#component = component({ service: this.#service, domain, password: secret });
    this.#component.timeout = TIMEOUT;
    this.#liveness = new Liveness({
      quiet,
      patience,
      ask: () => this.send(lifeSign(domain)),
      dead: () => this.#fail(new Error('ejabberd is silent')),
    });
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
      const most = refusalIn(this.#fault) === undefined ? PAUSE.away : PAUSE.refused;
      await sleep(backoff(attempt, Math.random(), { base: 250, most }), undefined, {
        signal: this.#closing.signal,
      }).catch(() => undefined); // ended by close()
    }
  }

  /** What is sent while the link is down is lost: ejabberd asks again. */
  send(stanza: Element): void {
    if (this.#up)
      this.#component
        .send(stanza)
        .catch((error: unknown) => this.#options.log.event('component-not-sent', { err: error }));
  }

  /** Says goodbye, and waits for ejabberd's own no longer than it takes one that is well. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#component.timeout = GOODBYE;
    await this.#component.stop().catch(() => undefined); // it was not open
    this.#fail(new Error('closed'));
    this.#liveness.stop();
  }

  /** Connects, and comes back when the link is down again: true when it had been up. */
  async #connect(): Promise<boolean> {
    const down = new Promise<void>((resolve) => {
      this.#down = resolve;
    });
    this.#fault = undefined;
    let wasUp = false;
    const online = (): void => {
      wasUp = true;
    };
    this.#component.once('online', online);
    const late = setTimeout(() => this.#fail(new Error('no connection in time')), TIMEOUT);
    try {
      await this.#component.connect(this.#service).finally(() => clearTimeout(late));
      await this.#component.open({ domain: this.#options.domain });
      await down;
    } catch (error) {
      this.#fail(error);
    }
    this.#component.off('online', online);
    return wasUp;
  }

  /** Cuts the connection, and says why, once. */
  #fail(error: unknown): void {
    const { log, domain } = this.#options;
    const first = this.#fault === undefined && !this.#closing.signal.aborted;
    this.#fault ??= error;
    const refusal = refusalIn(error);
    if (first && refusal !== undefined)
      log.event('component-refused', { err: error, component: domain, why: refusal });
    else if (first) log.event(this.#up ? 'component-link-fault' : 'component-out-of-reach', { err: error });
    this.#component.socket?.destroy(error instanceof Error ? error : undefined);
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
      this.#liveness.heard();
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
      this.#liveness.start();
      log.event('component-up');
    });
    this.#component.on('disconnect', () => {
      this.#liveness.stop();
      if (this.#up) log.event('component-down');
      this.#up = false;
      this.#options.onDown?.();
      this.#down?.();
    });
    this.#component.on('error', (error: unknown) => this.#fail(error));
    // A question may come in one chunk with the answer to the handshake, before `online`: it waits for that.
    this.#component.on('stanza', (stanza: Element) => setImmediate(onStanza, stanza));
  }
}

/**
 * An IQ of no known type, which "the recipient or an intermediate router MUST" refuse (RFC 6120, section 8.2.3):
 * so the listener itself answers, on this very stream. The answer to a ping may go to any of several components
 * that share the domain.
 */
function lifeSign(domain: string): Element {
  return xml('iq', { type: 'alive', id: 'alive', from: domain, to: domain });
}

/** For questions of the component's own: it names itself (XEP-0114). */
export function sendOn(link: Link, from: string): (stanza: Element) => void {
  return (stanza) => {
    if (!link.up) throw new NoAnswer('the link to ejabberd is down');
    stanza.attrs['from'] = from;
    link.send(stanza);
  };
}

/** Of an IQ. */
export function isAnswer({ name, attrs }: Element): boolean {
  const type = attrs['type'] as unknown;
  return name === 'iq' && (type === 'result' || type === 'error');
}
