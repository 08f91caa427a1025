/**
 * A TCP relay between one of our processes and ejabberd that remembers each stanza which the server sent: what
 * really reached a session, whatever its owner made of it. It changes no byte.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Parser, type Element } from '@xmpp/xml';
import { waitUntil } from './wait-until.ts';

const STANZAS = new Set(['message', 'presence', 'iq']);

/** One connection through the tap. */
export class Tapped {
  /** The stanzas that came from the server, in order. */
  readonly seen: Element[] = [];
  /** The full address, once bound. */
  address = '';
  #parser = new Parser();
  readonly #decoder = new TextDecoder();

  constructor(near: Socket, far: Socket) {
    near.on('data', (chunk: Buffer) => {
      if (chunk.includes('<stream:stream')) this.#parser = this.#newParser(); // RFC 6120, section 4.3.3: a new stream
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      this.#parser.write(this.#decoder.decode(chunk, { stream: true }));
      near.write(chunk);
    });
  }

  #newParser(): Parser {
    const parser = new Parser();
    parser.on('error', () => undefined); // a server that is killed ends in the middle of a word
    parser.on('element', (element: Element) => {
      if (STANZAS.has(element.name)) this.seen.push(element);
      this.address = element.getChild('bind')?.getChildText('jid') ?? this.address;
    });
    return parser;
  }
}

export class WireTap {
  readonly #target: () => number;
  readonly #server = createServer((near) => this.#relay(near));
  readonly #sockets = new Set<Socket>();
  readonly #connections: Tapped[] = [];
  #closed = false;

  /** `target`: where ejabberd listens; a function, where that is known only later. */
  constructor(target: number | (() => number)) {
    this.#target = typeof target === 'function' ? target : () => target;
  }

  /** The port to connect to in place of ejabberd's. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** The session of a user, by bare address. */
  sessionOf(address: string): Promise<Tapped> {
    const isIt = (connection: Tapped): boolean => connection.address.startsWith(`${address}/`);
    return waitUntil(`a session of ${address}`, () => this.#connections.find(isIt));
  }

  /** The only connection, for a component, which is bound to nothing. */
  get first(): Tapped {
    const [first] = this.#connections;
    if (first === undefined) throw new Error('nobody has connected through the tap');
    return first;
  }

  /** Cuts all connections, without a word; while it is `closed`, new ones as well. */
  cut({ closed = false } = {}): void {
    this.#closed = closed;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets connections through again. */
  open(): void {
    this.#closed = false;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #relay(near: Socket): void {
    if (this.#closed) {
      near.destroy();
      return;
    }
    const far = connect(this.#target(), '127.0.0.1');
    this.#connections.push(new Tapped(near, far));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // `close` follows
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
