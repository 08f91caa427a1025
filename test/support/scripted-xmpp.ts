/**
 * An XMPP server at the wire, for what a real one does only by chance: it signs everybody in, and then says
 * what the test says, chunk by chunk. A fake of the other side's bytes, not of code of ours.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { waitUntil } from './wait-until.ts';

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' from='im.example' version='1.0'>";
const BEFORE_AUTH =
  "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
const AFTER_AUTH =
  "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>";
const BOUND = (id: string): string =>
  `<iq type='result' id='${id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@im.example/web</jid></bind></iq>`;
export const ENABLED = "<enabled xmlns='urn:xmpp:sm:3' id='sm1' resume='true'/>";

export const NOT_RESUMED =
  "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>";

/** `handled`: the client's stanzas that the server has. */
export const resumedAt = (handled: number): string =>
  `<resumed xmlns='urn:xmpp:sm:3' previd='sm1' h='${handled}'/>`;

export class ScriptedXmpp {
  /** All that the client has written. */
  received = '';
  /** What answers <enable/>: a test may put stanzas behind it, in the same chunk. */
  enabled = ENABLED;
  /** What answers <resume/>. */
  resumed = NOT_RESUMED;
  /** Milliseconds until the header of a stream is answered. */
  slow = 0;
  connections = 0;
  /** Closes a connection as soon as the client has said something. */
  closesAtOnce = false;
  readonly #server: Server;
  #socket: Socket | undefined;
  /** Where in `received` the connection begins, and what is not answered yet. */
  #began = 0;
  #answered = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  static async start(): Promise<ScriptedXmpp> {
    const scripted = new ScriptedXmpp();
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Writes these bytes as one chunk. */
  say(bytes: string | Buffer): void {
    this.#socket?.write(bytes);
  }

  async hears(pattern: RegExp): Promise<void> {
    await waitUntil(`the client to write ${String(pattern)}, and not only ${this.received.slice(-300)}`, () =>
      pattern.test(this.received),
    );
  }

  /** Cuts the connection, without a word. */
  cut(): void {
    this.#socket?.destroy();
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    this.#socket = socket;
    this.#began = this.#answered = this.received.length;
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // the client may cut it
    socket.on('data', (data) => {
      this.received += data.toString();
      if (this.closesAtOnce) return void socket.destroy();
      this.#answer();
    });
  }

  #answer(): void {
    const fresh = this.received.slice(this.#answered);
    const bind = /<iq[^>]* id="([^"]+)"[^>]*><bind/.exec(fresh);
    if (fresh.includes('<auth ')) this.#reply("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    else if (bind !== null) this.#reply(BOUND(bind[1] ?? ''));
    else if (fresh.includes('<enable ')) this.#reply(this.enabled);
    else if (fresh.includes('<resume ')) this.#reply(this.resumed);
    else if (fresh.includes('<stream:stream')) this.#greet();
  }

  #greet(): void {
    const features = this.received.slice(this.#began).includes('<auth ') ? AFTER_AUTH : BEFORE_AUTH;
    this.#answered = this.received.length;
    if (this.slow === 0) this.say(HEADER + features);
    else setTimeout(() => this.say(HEADER + features), this.slow);
  }

  #reply(text: string): void {
    this.#answered = this.received.length;
    this.say(text);
  }
}
