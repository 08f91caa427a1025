/** One stream: from the answers of a session to the lines of `text/event-stream`. */
import type { ServerResponse } from 'node:http';
import { CallError } from '../errors.ts';
import { metrics, refusedAs } from '../metrics.ts';
import type { Deliver, PollAnswer } from '../session/tab.ts';
import type { CallTrace } from './call-trace.ts';
import { countAnswer } from './deliveries.ts';

export interface StreamOptions {
  /** Bytes that may wait to be read: who reads slower is cut, and comes back with the cursor. */
  readonly buffer: number;
  /** Told of it, where the user is traced. */
  readonly trace?: CallTrace | undefined;
  /** Milliseconds after which it comes back when the session has gone to another worker; and whether it has. */
  readonly comeBackAfter: number;
  readonly isElsewhere: () => boolean;
  /** Reads on from a cursor. Returns what takes that back. @throws CallError `gone` */
  readonly read: (cursor: string, deliver: Deliver) => () => void;
}

/** Every event has its number first. */
const NUMBER = /^\{"n":(\d+)/;

export class Stream {
  readonly #response: ServerResponse;
  readonly #options: StreamOptions;
  readonly #deliver: Deliver = (what) => this.#take(what);
  #takeBack: () => void = () => undefined;

  constructor(response: ServerResponse, options: StreamOptions) {
    this.#response = response;
    this.#options = options;
    metrics.streams.inc();
  }

  begin(cursor: string): void {
    this.#readFrom(cursor);
  }

  /** A comment: it keeps proxies from giving up, and finds out who has gone. */
  beat(): void {
    this.#write(':\n\n');
  }

  /** The connection has gone. */
  close(): void {
    metrics.streams.dec();
    this.#takeBack();
  }

  #readFrom(cursor: string): void {
    try {
      this.#takeBack = this.#options.read(cursor, this.#deliver);
    } catch (error) {
      if (this.#options.isElsewhere()) this.#comeBack();
      else this.#end(error instanceof CallError ? error.code : 'internal');
    }
  }

  /** Bytes that wait to be read. */
  get waiting(): number {
    return this.#response.writableLength;
  }

  #take(what: PollAnswer): void {
    if ('superseded' in what) this.#end('superseded');
    else if ('gone' in what) this.#end('gone');
    else if ('moved' in what) this.#comeBack();
    else {
      this.#options.trace?.written({ events: what.events.length, cursor: what.cursor });
      this.#write(textOf(what));
    }
    countAnswer('stream', what);
    if ('events' in what && !this.#response.destroyed) this.#readFrom(what.cursor);
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(text);
    if (this.#response.writableLength <= this.#options.buffer) return;
    metrics.streamsCut.inc();
    refusedAs('stream-bytes');
    this.#response.destroy();
  }

  /** Another worker has the session: the browser comes back by itself, soon. */
  #comeBack(): void {
    this.#write(`retry: ${this.#options.comeBackAfter}\n\n`);
    this.#response.end();
  }

  /** The last word: an event of this name. */
  #end(name: string): void {
    this.#write(`event: ${name}\ndata: {}\n\n`);
    this.#response.end();
  }
}

function textOf({ cursor, events, ring }: Extract<PollAnswer, { ring: unknown }>): string {
  const epoch = cursor.slice(0, cursor.lastIndexOf(':'));
  const lines = events.map((json) => `id: ${epoch}:${NUMBER.exec(json)?.[1] ?? ''}\ndata: ${json}\n\n`);
  const ringing = ring.length > 0 ? `event: ring\ndata: ${JSON.stringify(ring)}\n\n` : '';
  return lines.join('') + ringing;
}
