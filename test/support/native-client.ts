/**
 * A native XMPP client as staff have it: a socket, a parser, and nothing of the bridge. It says what a test
 * tells it to, whole stanzas or raw bytes, and remembers all that it is told.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import xml, { Parser, type Element } from '@xmpp/xml';

const SM = 'urn:xmpp:sm:3';
const TLS = 'urn:ietf:params:xml:ns:xmpp-tls';
const SASL2 = 'urn:xmpp:sasl:2';
/** Milliseconds that anything may take, unless a test knows better. */
const PATIENCE = 30_000;

export interface NativeOptions {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  readonly user: string;
  readonly password: string;
  readonly resource?: string;
  /** Asks to act as another account. */
  readonly authzid?: string;
  /** Stream management (XEP-0198). */
  readonly sm?: boolean;
  /** Takes over the stream of another, in place of a new one. */
  readonly resume?: Resumption;
  /** PEM of the server's certificate: signs in by STARTTLS. */
  readonly ca?: string;
  /** By SASL2 and Bind 2 (XEP-0388, XEP-0386), in one step; the resource is then the server's choice. */
  readonly sasl2?: boolean;
  /** Milliseconds that an answer is waited for. */
  readonly patience?: number;
}

/** What a stream is resumed with (XEP-0198, section 5). */
export interface Resumption {
  readonly id: string;
  readonly handled: number;
  readonly address: string;
}

type Wanted = (element: Element) => boolean;

export class NativeClient {
  /** Every element that came, in order: stanzas, acknowledgements and errors of the stream. */
  readonly seen: Element[] = [];
  /** The features of each stream: of the connection, after STARTTLS, and after SASL. */
  readonly offered: Element[] = [];
  /** The full address. */
  address = '';
  readonly #options: NativeOptions;
  readonly #waiting = new Set<() => void>();
  readonly #decoder = new TextDecoder();
  #socket: Socket;
  #parser = new Parser();
  #fault: Error | undefined;
  #handled = 0;
  #asked = 0;

  private constructor(options: NativeOptions) {
    this.#options = options;
    this.#socket = connectTcp(options.port, options.host);
    this.#listen();
  }

  /** Signs in. @throws Error with what the server said when it refuses. */
  static async connect(options: NativeOptions): Promise<NativeClient> {
    const client = new NativeClient(options);
    try {
      await client.#signIn();
    } catch (error) {
      client.#socket.destroy();
      throw error;
    }
    return client;
  }

  get isOpen(): boolean {
    return this.#fault === undefined;
  }

  send(what: Element | string): void {
    this.#socket.write(what.toString());
  }

  presence(attrs: Record<string, string> = {}): void {
    this.send(xml('presence', attrs));
  }

  chat(to: string, body: string, id = `chat-${++this.#asked}`): string {
    this.send(xml('message', { to, id, type: 'chat' }, xml('body', {}, body)));
    return id;
  }

  /** The answer, be it a result or an error. Without `to` it goes to the own account. */
  iq(type: 'get' | 'set', child: Element, to?: string): Promise<Element> {
    const id = `iq-${++this.#asked}`;
    this.send(xml('iq', { type, id, ...(to === undefined ? {} : { to }) }, child));
    return this.waitFor((element) => element.is('iq') && element.attrs['id'] === id);
  }

  /** The first element since the beginning, or to come, that is wanted. @throws Error when it does not come in time. */
  waitFor(wanted: Wanted, what = 'a stanza'): Promise<Element> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.seen.find(wanted);
        if (found !== undefined) done(() => resolve(found));
        else if (this.#fault !== undefined) done(() => reject(this.#fault ?? new Error('closed')));
      };
      const timer = setTimeout(() => {
        done(() =>
          reject(new Error(`${this.address} waited in vain for ${what}; last seen: ${this.#last()}`)),
        );
      }, this.#options.patience ?? PATIENCE);
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Ends the stream as RFC 6120 has it, so that friends see the user go. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    const timer = setTimeout(() => this.#socket.destroy(), PATIENCE);
    this.#socket.end('</stream:stream>');
    await closed;
    clearTimeout(timer);
  }

  /** What another client needs to go on with this stream. */
  resumption(): Resumption {
    const enabled = this.seen.find((element) => element.is('enabled', SM));
    return { id: String(enabled?.attrs['id']), handled: this.#handled, address: this.address };
  }

  /** As a lost connection: not a word. */
  cut(): void {
    this.#socket.destroy();
  }

  async #signIn(): Promise<void> {
    const { user, password, authzid = '', resource, ca, sm, sasl2, resume } = this.#options;
    await this.#open();
    if (ca !== undefined) await this.#startTls(ca);
    const plain = Buffer.from(`${authzid}\0${user}\0${password}`).toString('base64');
    if (sasl2 === true) return this.#signInAtOnce(plain);
    this.send(xml('auth', { xmlns: 'urn:ietf:params:xml:ns:xmpp-sasl', mechanism: 'PLAIN' }, plain));
    const answer = await this.waitFor((element) => element.is('success') || element.is('failure'));
    if (answer.is('failure')) throw new Error(`refused: ${answer.toString()}`);
    await this.#open();
    if (resume !== undefined) return this.#takeOver(resume);
    const name = resource === undefined ? [] : [xml('resource', {}, resource)];
    const bound = await this.iq('set', xml('bind', { xmlns: 'urn:ietf:params:xml:ns:xmpp-bind' }, ...name));
    this.address = bound.getChild('bind')?.getChildText('jid') ?? '';
    if (this.address === '') throw new Error(`not bound: ${bound.toString()}`);
    if (sm === true) {
      this.send(xml('enable', { xmlns: SM, resume: 'true' }));
      await this.waitFor((element) => element.is('enabled', SM));
    }
  }

  async #takeOver({ id, handled, address }: Resumption): Promise<void> {
    this.send(xml('resume', { xmlns: SM, previd: id, h: String(handled) }));
    const answer = await this.waitFor((element) => element.is('resumed', SM) || element.is('failed', SM));
    if (answer.is('failed')) throw new Error(`not resumed: ${answer.toString()}`);
    this.address = address;
    this.#handled = handled;
  }

  async #signInAtOnce(plain: string): Promise<void> {
    this.seen.length = 0;
    const bind = xml('bind', { xmlns: 'urn:xmpp:bind:0' });
    const attrs = { xmlns: SASL2, mechanism: 'PLAIN' };
    this.send(xml('authenticate', attrs, xml('initial-response', {}, plain), bind));
    const answer = await this.waitFor(
      (element) => element.is('success') || element.is('failure'),
      'an answer to SASL2',
    );
    this.address = answer.getChildText('authorization-identifier') ?? '';
    if (!this.address.includes('/')) throw new Error(`refused: ${answer.toString()}`);
  }

  /** A stream begins: after the connection, after STARTTLS, and after SASL. */
  async #open(): Promise<void> {
    this.seen.length = 0;
    this.#parser = this.#newParser();
    const names = `xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'`;
    this.send(`<?xml version='1.0'?><stream:stream ${names} version='1.0' to='${this.#options.domain}'>`);
    this.offered.push(await this.waitFor((element) => element.is('features'), 'the stream features'));
  }

  async #startTls(ca: string): Promise<void> {
    this.send(xml('starttls', { xmlns: TLS }));
    await this.waitFor((element) => element.is('proceed', TLS), 'the server to begin TLS');
    this.#socket.removeAllListeners('data');
    this.#socket = connectTls({ socket: this.#socket, ca, servername: this.#options.domain });
    this.#listen();
    await this.#open();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) =>
      this.#parser.write(this.#decoder.decode(chunk, { stream: true })),
    );
    this.#socket.on('error', (error) => this.#failed(error));
    this.#socket.on('close', () =>
      this.#failed(new Error(`the stream is closed; last seen: ${this.#last()}`)),
    );
  }

  #newParser(): Parser {
    const parser = new Parser();
    parser.on('element', (element: Element) => this.#take(element));
    parser.on('error', (error: Error) => this.#failed(error));
    return parser;
  }

  #take(element: Element): void {
    this.seen.push(element);
    if (['message', 'presence', 'iq'].includes(element.name)) this.#handled += 1;
    if (element.is('enabled', SM)) this.#handled = 0;
    if (element.is('r', SM)) this.send(xml('a', { xmlns: SM, h: String(this.#handled) }));
    for (const look of [...this.#waiting]) look();
  }

  #failed(error: Error): void {
    this.#fault ??= error;
    for (const look of [...this.#waiting]) look();
  }

  #last(): string {
    return this.seen.slice(-3).join(' ');
  }
}
