/**
 * One XMPP stream, with stream management (XEP-0198).
 *
 * States: connecting -> up (bound and stream management on, or resumed) -> down. A stream that is down may be
 * opened again, and resumes when the server still has it.
 */
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import type { UpstreamStanding } from '../session/ports.ts';
import { dumpStream, dumpWholeStream, loadStream, type StreamRecord } from './library-hand-over.ts';
import { CallSite } from '../call-site.ts';
import type { Library } from './library-internals.ts';
import { endProcedures, mendedClient, whenEnabled, type LibraryOptions } from './library.ts';
import { NS } from './namespaces.ts';
import { conditionOf, isTimeout, StreamError, streamErrorOf } from './stream-error.ts';

/** Stanzas sent between two requests for acknowledgement. */
const ACK_EVERY = 10;

export interface StreamOptions extends LibraryOptions {
  /** Stanzas sent and not acknowledged, at the most. */
  readonly queue: number;
  /** Of the worker that had this stream before. */
  readonly stream?: StreamRecord | undefined;
}

export interface StreamEvents {
  /** A stanza, in the order of the stream. */
  stanza(stanza: Element): void;
  /** A stanza was written, also by the library; or another word of the stream's, as <r/>. */
  sent?(element: Element): void;
  /** The stream was cut, or closed by the server with this condition (RFC 6120, section 4.9.3). */
  down(reason: string): void;
  /** What has been handed over so far is about to be acknowledged: it will not come again. */
  acknowledging(): void;
  /** A fault worth a line in the log. */
  fault(error: Error): void;
}

type SettleOpen = (error: StreamError | undefined, resumed: boolean) => void;

export class Stream {
  readonly #options: StreamOptions;
  readonly #events: StreamEvents;
  readonly #client: Library;
  #up = false;
  #sinceRequest = 0;
  #condition: string | undefined;
  /** Closed by us, for good. */
  #ended = false;
  #settleOpen: SettleOpen | undefined;

  constructor(options: StreamOptions, events: StreamEvents) {
    this.#options = options;
    this.#events = events;
    this.#client = mendedClient(options, {
      badAck: () => {
        events.fault(new StreamError('bad-ack', 'the server acknowledged more than was sent'));
        this.#destroySocket();
      },
      beforeAck: () => events.acknowledging(),
    });
    if (options.stream !== undefined) loadStream(this.#client, options.stream);
    this.#listen();
  }

  get up(): boolean {
    return this.#up;
  }

  /** Stanzas that the server has not acknowledged. */
  get unacknowledged(): number {
    return this.#client.streamManagement.outbound_q.length;
  }

  /** What another process needs to go on with it, should this one be killed. */
  get record(): StreamRecord {
    return dumpStream(this.#client);
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
    if (this.#client.streamManagement.id !== '') this.#events.acknowledging(); // a resumption says how far we are
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
    const [started, site] = [performance.now(), new CallSite()];
    const late = (cause?: unknown): StreamError => site.mark(this.#late(performance.now() - started, cause));
    return new Promise((resolve, reject) => {
      const settle: SettleOpen = (error, resumed) => {
        clearTimeout(timer);
        this.#settleOpen = undefined;
        if (error === undefined) resolve(resumed);
        else {
          this.#destroySocket();
          reject(isTimeout(error.cause) ? late(error.cause) : error);
        }
      };
      // Connect, authenticate and bind have `timeout` each; the sum is what a login may take.
      const timer = setTimeout(() => settle(late(), false), 3 * timeout);
      this.#settleOpen = settle;
    });
  }

  /** One step of the login, or all of it, took too long. `status` is the library's: how far it came. */
  #late(milliseconds: number, cause: unknown): StreamError {
    const seconds = (milliseconds / 1000).toFixed(2);
    const { status } = this.#client;
    return new StreamError('timeout', `the login took ${seconds} s, and was still at: ${status}`, cause);
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

  /** XEP-0198, section 4: asks the server how far it is (fault 6 of the library). */
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

  /** Ends it here for good, for another process to resume: the server keeps the session. */
  freeze(): StreamRecord {
    this.#ended = true;
    this.#up = false;
    const record = dumpWholeStream(this.#client);
    this.#settleOpen?.(new StreamError('closed', 'the stream was handed over'), false);
    this.#destroySocket();
    return record;
  }

  /** Cuts the connection without a word, as a dead network does. The server keeps the session for resumption. */
  cut(): void {
    this.#destroySocket();
  }

  #destroySocket(): void {
    (this.#client.socket as { destroy?: () => void } | null)?.destroy?.();
  }

  #listen(): void {
    const xmpp = this.#client;
    xmpp.on('error', (error) => {
      this.#condition = conditionOf(error) ?? this.#condition;
      if (this.#settleOpen !== undefined) this.#settleOpen(streamErrorOf(error), false);
      else this.#events.fault(error);
    });
    whenEnabled(xmpp, () => this.#opened(false));
    xmpp.on('nonza', (element) => {
      if (element.is('resumed', NS.sm)) setImmediate(() => this.#opened(true));
      // Without stream management nothing can be promised: a server that refuses it is of no use.
      if (element.is('failed', NS.sm) && xmpp.streamManagement.id === '')
        this.#settleOpen?.(
          new StreamError('no-sm', 'the server refuses stream management (mod_stream_mgmt)'),
          false,
        );
    });
    xmpp.on('stanza', (stanza) => this.#hand(stanza));
    xmpp.on('send', (element) => this.#events.sent?.(element));
    endProcedures(xmpp);
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

  #opened(resumed: boolean): void {
    if (this.#settleOpen === undefined) return;
    this.#up = true;
    this.#condition = undefined;
    this.#settleOpen(undefined, resumed);
  }

  #wentDown(): void {
    const wasUp = this.#up;
    this.#up = false;
    const reason = this.#condition ?? 'cut';
    this.#settleOpen?.(
      new StreamError(reason, `the stream was closed while it was opened (${reason})`),
      false,
    );
    if (wasUp) this.#events.down(reason);
  }
}

/** @param most stanzas that may be unacknowledged */
export function standingOf({ up, address, unacknowledged }: Stream, most: number): UpstreamStanding {
  const resource = address.includes('/') ? address.slice(address.indexOf('/') + 1) : '';
  return { up, resource, unacknowledged, mostUnacknowledged: most };
}
