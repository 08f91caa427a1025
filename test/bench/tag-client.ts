/**
 * A native client for loads: it sees start and end tags as they come and builds no tree, so that little of the
 * machine's time goes to the one who measures. ejabberd escapes `>` in text and attributes, so a tag ends at one.
 */
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Milliseconds that anything may take. */
const PATIENCE = 30_000;
const TAG = /<(\/?[a-z:]+)([^>]*)>/g;

export interface TagClientOptions {
  readonly port: number;
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

export interface Tag {
  /** With a slash before it when it is an end tag. */
  readonly name: string;
  readonly attrs: string;
}

export class TagClient {
  readonly address: string;
  /** Bytes that came. */
  bytes = 0;
  onTag: (tag: Tag) => void = () => undefined;
  readonly #socket: Socket;
  readonly #decoder = new TextDecoder();
  readonly #waiting = new Set<(tag: Tag) => void>();
  #rest = '';
  #asked = 0;

  private constructor({ port, domain, user }: TagClientOptions) {
    this.address = `${user}@${domain}/bench`;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', () => undefined); // who waits says so
  }

  /** Signs in and binds. @throws Error when the server refuses. */
  static async signIn(options: TagClientOptions): Promise<TagClient> {
    const client = new TagClient(options);
    await client.#open(options.domain);
    const plain = Buffer.from(`\0${options.user}\0${options.password}`).toString('base64');
    const answer = client.until(({ name }) => name === 'success' || name === 'failure');
    client.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`);
    if ((await answer).name === 'failure') throw new Error(`${options.user} was refused`);
    await client.#open(options.domain);
    const bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind>";
    await client.ask('set', bind);
    return client;
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** A chat message of the kind that leaves no trace: not in the archive, not to the receiver's other clients. */
  say(to: string, id: number): void {
    const hints = "<no-store xmlns='urn:xmpp:hints'/><private xmlns='urn:xmpp:carbons:2'/>";
    this.write(`<message type='chat' id='${id}' to='${to}'><body>hello</body>${hints}</message>`);
  }

  /** Waits for the whole answer: the milliseconds that it took. */
  async ask(type: 'get' | 'set', child: string): Promise<number> {
    const id = `ask-${++this.#asked}`;
    let begun = false;
    const whole = this.until(({ name, attrs }) => {
      if (name === 'iq' && attrs.includes(`'${id}'`)) begun = true;
      return begun && (name === '/iq' || (name === 'iq' && attrs.endsWith('/'))); // a result without a child is one tag
    });
    const start = performance.now();
    this.write(`<iq type='${type}' id='${id}'>${child}</iq>`);
    await whole;
    return performance.now() - start;
  }

  /** The next tag that is wanted. */
  until(wanted: (tag: Tag) => boolean, what = 'an answer'): Promise<Tag> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${this.address} waited in vain for ${what}`));
      }, PATIENCE);
      const look = (tag: Tag): void => {
        if (!wanted(tag)) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(tag);
      };
      this.#waiting.add(look);
    });
  }

  /** Ends the stream, and waits until the server has. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.end('</stream:stream>');
    await closed;
  }

  async #open(domain: string): Promise<void> {
    const features = this.until(({ name }) => name === '/stream:features');
    const names = `xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'`;
    this.write(`<?xml version='1.0'?><stream:stream ${names} version='1.0' to='${domain}'>`);
    await features;
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length;
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('>') + 1;
    this.#rest = text.slice(end);
    for (const [, name = '', attrs = ''] of text.slice(0, end).matchAll(TAG)) {
      const tag = { name, attrs };
      this.onTag(tag);
      for (const look of this.#waiting) look(tag);
    }
  }
}
