/**
 * One XMPP stream over @xmpp/client 0.14, whose faults are mended here and nowhere else. Each has a test that
 * notices when the library has mended it itself (test/integration/stream-faults.test.ts).
 *
 * 1. Stanzas that come in one chunk with <enabled/> are counted, and then the counter is set to zero.
 * 2. UTF-8 that is split over two chunks is destroyed.
 * 3. Data after the closing tag throws (its parser is null), which would end the process.
 * 4. PLAIN is not chosen without TLS unless it is asked for by name.
 * 5. SASL credentials outside Latin-1 fail.
 * 6. <r/> waits for 250 ms of silence: under a steady flow nothing is ever acknowledged.
 * 7. A stanza is queued for acknowledgement only after the socket took it: an early <a/> throws; so does one
 *    that acknowledges more than was sent.
 * 8. Reconnecting waits a fixed second: thousands come back at once. It is off; upstream.ts does it.
 *
 * States: connecting -> up (bound and stream management on, or resumed) -> down. A stream that is down may be
 * opened again, and resumes (XEP-0198) when the server still has it.
 */
import { StringDecoder } from 'node:string_decoder';
import { client, xml, type Client } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { NS } from './namespaces.ts';

/** Stanzas sent between two requests for acknowledgement. */
const ACK_EVERY = 10;

export interface StreamOptions {
  readonly host: string;
  readonly port: number;
  /** Nothing secret is said before STARTTLS. The certificate must be good for the domain. */
  readonly tls: boolean;
  readonly domain: string;
  readonly localPart: string;
  readonly resource: string;
  /** Milliseconds for each step of opening. */
  readonly timeout: number;
  /** Seconds that the server is asked to keep a cut stream. */
  readonly resumeTimeout: number;
  /** Stanzas sent and not acknowledged, at the most. */
  readonly queue: number;
  /** The password or ticket, fetched at each login. */
  readonly credential: () => Promise<string>;
}

export interface StreamEvents {
  /** A stanza, in the order of the stream. */
  stanza(stanza: Element): void;
  /** The stream was cut, or closed by the server with this condition (RFC 6120, section 4.9.3). */
  down(reason: string): void;
  /** A fault worth a line in the log. */
  fault(error: Error): void;
}

/** The library's parts that its types leave out. */
interface Internals {
  sendMany(elements: Iterable<Element>): Promise<void>;
  _onData(data: Buffer): void;
  _onElement(element: Element): void;
  parser: { write(text: string): void } | null;
  streamManagement: Client['streamManagement'] & { outbound_q: unknown[]; requestAckInterval: number };
}

type SettleOpen = (error: StreamError | undefined, resumed: boolean) => void;

/** The stream can't be opened, or was cut on the way. `reason` is short and goes to metrics. */
export class StreamError extends Error {
  override name = 'StreamError';
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

export class Stream {
  readonly #options: StreamOptions;
  readonly #events: StreamEvents;
  readonly #client: Client & Internals;
  #up = false;
  #sinceRequest = 0;
  /** Stanzas that came between <enabled/> and the library's reset of its counter (fault 1). */
  #early: number | undefined;
  #condition: string | undefined;
  /** Closed by us, for good. */
  #ended = false;
  #settleOpen: SettleOpen | undefined;

  constructor(options: StreamOptions, events: StreamEvents) {
    this.#options = options;
    this.#events = events;
    this.#client = client({
      service: `xmpp://${options.host}:${options.port}`,
      domain: options.domain,
      resource: options.resource,
      timeout: options.timeout,
      credentials: async (authenticate) => {
        if (options.tls && !this.#client.isSecure())
          throw new StreamError('no-tls', 'the server offers no STARTTLS');
        const password = latin1(await options.credential());
        const agent = xml('user-agent', {});
        await authenticate({ username: latin1(options.localPart), password }, 'PLAIN', agent); // faults 4 and 5
      },
    }) as Client & Internals;
    this.#client.reconnect.stop(); // fault 8
    this.#client.streamManagement.preferredMaximum = options.resumeTimeout;
    this.#mendReading();
    this.#listen();
  }

  get up(): boolean {
    return this.#up;
  }

  /** Stanzas that the server has not acknowledged. */
  get unacknowledged(): number {
    return this.#client.streamManagement.outbound_q.length;
  }

  /** The full address, once bound. */
  get address(): string {
    return this.#client.jid?.toString() ?? '';
  }

  /**
   * Opens the stream, or opens it again. Resolves to whether it was resumed: then nothing was lost and
   * nothing is to be set up anew.
   *
   * @throws StreamError
   */
  open(): Promise<boolean> {
    if (this.#ended) return Promise.reject(new StreamError('closed', 'the stream was closed'));
    const outcome = this.#outcome();
    void this.#connect(this.#settleOpen);
    return outcome;
  }

  /** A fault of an attempt that is over already must not be taken for one of the next. */
  async #connect(attempt: SettleOpen | undefined): Promise<void> {
    const { host, port, domain } = this.#options;
    try {
      await this.#client.connect(`xmpp://${host}:${port}`);
      await this.#client.open({ domain });
    } catch (error) {
      if (this.#settleOpen === attempt) attempt?.(streamErrorOf(error), false);
    }
  }

  #outcome(): Promise<boolean> {
    const { timeout } = this.#options;
    return new Promise((resolve, reject) => {
      const settle: SettleOpen = (error, resumed) => {
        clearTimeout(timer);
        this.#settleOpen = undefined;
        if (error === undefined) resolve(resumed);
        else {
          this.#destroySocket();
          reject(error);
        }
      };
      // Connect, authenticate and bind have `timeout` each; the sum is what a login may take.
      const timer = setTimeout(
        () => settle(new StreamError('timeout', `the login took more than ${(3 * timeout) / 1000} s`), false),
        3 * timeout,
      );
      this.#settleOpen = settle;
    });
  }

  /**
   * Writes a stanza. It is kept until the server acknowledges it, and sent again when the stream is resumed.
   *
   * @throws StreamError `down` or `queue-full`: nothing was written.
   */
  send(stanza: Element): void {
    if (!this.#up) throw new StreamError('down', 'the XMPP stream is down');
    if (this.unacknowledged >= this.#options.queue)
      throw new StreamError('queue-full', 'too many stanzas are not acknowledged');
    void this.#client.send(stanza);
    this.#sinceRequest += 1;
    if (this.#sinceRequest >= ACK_EVERY) this.requestAck();
  }

  /** XEP-0198, section 4: asks the server how far it is (fault 6). */
  requestAck(): void {
    this.#sinceRequest = 0;
    if (this.#up) void this.#client.send(xml('r', { xmlns: NS.sm }));
  }

  /** Closes the stream for good: the server ends the session at once. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#up = false;
    this.#settleOpen?.(new StreamError('closed', 'the stream was closed'), false);
    try {
      await this.#client.stop();
    } catch {
      this.#destroySocket(); // it was not open, or did not close in time
    }
  }

  /** Cuts the connection without a word, as a dead network does. The server keeps the session for resumption. */
  cut(): void {
    this.#destroySocket();
  }

  #destroySocket(): void {
    (this.#client.socket as { destroy?: () => void } | null)?.destroy?.();
  }

  #mendReading(): void {
    const xmpp = this.#client;
    let decoder = new StringDecoder('utf8');
    xmpp.on('connecting', () => {
      decoder = new StringDecoder('utf8');
    });
    xmpp._onData = (data) => xmpp.parser?.write(decoder.write(data)); // faults 2 and 3
    const onElement = xmpp._onElement.bind(xmpp);
    xmpp._onElement = (element) => {
      if (element.is('a', NS.sm) && this.#acknowledgesTooMuch(element)) {
        this.#events.fault(new StreamError('bad-ack', 'the server acknowledged more than was sent'));
        this.#destroySocket();
      } else onElement(element);
    };
    // Fault 7: queued first, then written.
    xmpp.send = (element) => {
      element.parent = xmpp.root;
      const written = xmpp.write(element.toString());
      xmpp.emit('send', element);
      return written.catch(() => undefined); // a cut is told by `disconnect`; the stanza is in the queue
    };
    xmpp.sendMany = async (elements) => {
      await Promise.all(Array.from(elements, (element) => xmpp.send(element)));
    };
  }

  #acknowledgesTooMuch(element: Element): boolean {
    const { outbound, outbound_q } = this.#client.streamManagement;
    return Number(element.attrs['h']) > outbound + outbound_q.length;
  }

  #listen(): void {
    const xmpp = this.#client;
    xmpp.on('error', (error) => {
      this.#condition = conditionOf(error) ?? this.#condition;
      if (this.#settleOpen !== undefined) this.#settleOpen(streamErrorOf(error), false);
      else this.#events.fault(error);
    });
    xmpp.on('nonza', (element) => {
      if (element.is('enabled', NS.sm)) this.#enabled();
      if (element.is('resumed', NS.sm)) setImmediate(() => this.#opened(true));
      // Without stream management nothing can be promised: a server that refuses it is of no use.
      if (element.is('failed', NS.sm) && xmpp.streamManagement.id === '')
        this.#settleOpen?.(
          new StreamError('no-sm', 'the server refuses stream management (mod_stream_mgmt)'),
          false,
        );
    });
    xmpp.on('stanza', (stanza) => {
      if (this.#early !== undefined) this.#early += 1;
      this.#hand(stanza);
    });
    xmpp.on('disconnect', () => this.#wentDown());
  }

  /** A stanza that its reader stumbles over is one user's: thrown from here, it would end the process. */
  #hand(stanza: Element): void {
    try {
      this.#events.stanza(stanza);
    } catch (error) {
      this.#events.fault(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #enabled(): void {
    this.#early = 0;
    setImmediate(() => {
      this.#client.streamManagement.inbound += this.#early ?? 0; // fault 1
      this.#early = undefined;
      this.#opened(false);
    });
  }

  #opened(resumed: boolean): void {
    if (this.#settleOpen === undefined) return;
    this.#up = true;
    this.#condition = undefined;
    this.#settleOpen(undefined, resumed);
  }

  #wentDown(): void {
    const wasUp = this.#up;
    this.#up = false;
    this.#early = undefined;
    const reason = this.#condition ?? 'cut';
    this.#settleOpen?.(
      new StreamError(reason, `the stream was closed while it was opened (${reason})`),
      false,
    );
    if (wasUp) this.#events.down(reason);
  }
}

/** UTF-8 in the clothes of Latin-1, which is what the library can encode. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function conditionOf(error: unknown): string | undefined {
  const condition = (error as { condition?: unknown }).condition;
  return typeof condition === 'string' ? condition : undefined;
}

function streamErrorOf(error: unknown): StreamError {
  if (error instanceof StreamError) return error;
  const reason = conditionOf(error) ?? (error as NodeJS.ErrnoException).code ?? 'error';
  return new StreamError(reason, `the XMPP stream could not be opened (${reason})`, error);
}
