/**
 * An attacker's connection to ejabberd: bytes out, text in, and no XML library on the way that would mend what
 * is sent. Nothing of the bridge, nor of the other clients of the tests.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * What may stand between stanzas (RFC 6120, section 4.6.1). COMPAT: libexpat from 2.6.0 on, and Debian's 2.5.0 with its
 * security updates, looks at a long tag that came in pieces again only when about as much again has come.
 */
const BLANKS = ' '.repeat(65_536);
/** Milliseconds that anything may take. */
const PATIENCE = 30_000;

export interface RawOptions {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  /** Of this machine: 127.0.0.2 is another client than 127.0.0.1. */
  readonly localAddress?: string;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly authzid?: string;
  readonly resource?: string;
}

export class RawSocket {
  /** All that came, as text. */
  text = '';
  /** The full address, once bound. */
  address = '';
  closed = false;
  readonly #options: RawOptions;
  readonly #looks = new Set<() => void>();
  #decoder = new TextDecoder();
  #socket: Socket;
  #read = 0;
  #asked = 0;

  private constructor(options: RawOptions) {
    this.#options = options;
    const { host, port, localAddress } = options;
    this.#socket = connectTcp({ host, port, ...(localAddress !== undefined && { localAddress }) });
    this.#listen();
  }

  /** Connected, and not a byte sent. */
  static connect(options: RawOptions): RawSocket {
    return new RawSocket(options);
  }

  /** With the first stream open. */
  static async open(options: RawOptions): Promise<RawSocket> {
    const socket = new RawSocket(options);
    await socket.openStream();
    return socket;
  }

  /** Signed in and bound. @throws Error with what the server said when it refuses. */
  static async signIn(options: RawOptions & Credentials): Promise<RawSocket> {
    const socket = await RawSocket.open(options);
    const answer = await socket.auth(options);
    if (!answer.startsWith('<success')) throw new Error(`refused: ${answer}`);
    await socket.openStream();
    await socket.bind(options.resource);
    return socket;
  }

  write(bytes: string | Uint8Array): void {
    if (!this.closed) this.#socket.write(bytes);
  }

  /** Waits for the first match in what came since the last one: the match. */
  async expect(wanted: RegExp): Promise<string> {
    const [match] = await this.#wait(wanted, () => {
      const found = wanted.exec(this.text.slice(this.#read));
      if (found === null) return undefined;
      this.#read += found.index + found[0].length;
      return found;
    });
    return match;
  }

  /** Waits until the server has closed the connection: what it said last. */
  async ended(): Promise<string> {
    return await this.#wait(/the end of the connection/, () => (this.closed ? this.text : undefined));
  }

  /** Have all stanzas so far been dealt with? False when the server has ended the stream instead. */
  async barrier(): Promise<boolean> {
    const id = `barrier-${++this.#asked}`;
    this.write(`<iq type='get' id='${id}' to='${this.#options.domain}'><ping xmlns='urn:xmpp:ping'/></iq>`);
    const answer = new RegExp(`<iq[^>]*id='${id}'`);
    const pushing = setInterval(() => this.write(BLANKS), 1000);
    try {
      return await this.#wait(answer, () =>
        answer.test(this.text) ? true : this.closed ? false : undefined,
      );
    } finally {
      clearInterval(pushing);
    }
  }

  async openStream(): Promise<string> {
    const names = `xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'`;
    this.write(`<?xml version='1.0'?><stream:stream ${names} version='1.0' to='${this.#options.domain}'>`);
    return await this.expect(/<stream:features.*?(?:<\/stream:features>|\/>)/s);
  }

  async startTls(): Promise<void> {
    this.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    await this.expect(/<proceed/);
    this.#socket.removeAllListeners();
    this.#decoder = new TextDecoder();
    // Who the server is matters to its clients; to an attacker it does not.
    this.#socket = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    this.#listen();
  }

  /** SASL PLAIN: the server's answer, whatever it is; what it said last when it has closed instead. */
  async auth({ user, password, authzid = '' }: Credentials): Promise<string> {
    return await this.authBytes(`${authzid}\0${user}\0${password}`);
  }

  async authBytes(plain: string | Uint8Array, mechanism = 'PLAIN'): Promise<string> {
    const text = Buffer.from(plain).toString('base64');
    this.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='${mechanism}'>${text}</auth>`);
    return await this.outcome();
  }

  /** Of an <auth/>. */
  async outcome(): Promise<string> {
    return await this.expect(
      /<(success|failure|challenge)[^>]*?(?:\/>|>.*?<\/\1>)|<stream:error>.*<\/stream:error>/s,
    );
  }

  async bind(resource = ''): Promise<string> {
    const name = resource === '' ? '' : `<resource>${resource}</resource>`;
    const id = `bind-${++this.#asked}`;
    this.write(
      `<iq type='set' id='${id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>${name}</bind></iq>`,
    );
    const answer = await this.expect(new RegExp(`<iq[^>]*id='${id}'.*?</iq>|<stream:error>.*`, 's'));
    this.address = /<jid>(.*?)<\/jid>/.exec(answer)?.[1] ?? this.address;
    return answer;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #wait<T>(what: RegExp, find: () => T | undefined): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#looks.delete(look);
        settle();
      };
      const fail = (why: string): void =>
        done(() => reject(new Error(`${why} ${String(what)}; last: ${this.text.slice(-400)}`)));
      const look = (): void => {
        const found = find();
        if (found !== undefined) done(() => resolve(found));
        else if (this.closed) fail('the server closed before');
      };
      const timer = setTimeout(() => fail('waited in vain for'), PATIENCE);
      this.#looks.add(look);
      look();
    });
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.text += this.#decoder.decode(chunk, { stream: true });
      this.#look();
    });
    this.#socket.on('error', () => undefined); // `close` follows
    this.#socket.on('close', () => {
      this.closed = true;
      this.#look();
    });
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }
}
