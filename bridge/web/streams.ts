/** Server-Sent Events: a poll that is answered again and again (HTML Living Standard, section 9.2). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Limits } from '../config/schema.ts';
import { badRequest } from '../errors.ts';
import { watchBounded } from '../metrics.ts';
import { parseRequest, type Parameters } from '../protocol/requests.ts';
import type { Sessions } from '../session/sessions.ts';
import { endIfLast, HEADERS, NO_SCRIPT, type Reply } from './answer.ts';
import type { Held } from './held.ts';
import { Stream } from './stream.ts';

/** Seconds after which a browser comes back to a stream that was cut; half of it at random. */
const RETRY = 2;
/** Milliseconds after which it comes back to another worker, as many again at random. */
const MOVED = 50;

export interface StreamsOptions {
  readonly sessions: Sessions;
  readonly held: Held;
  readonly limits: Limits;
  /** In [0, 1). */
  readonly random: () => number;
}

export class Streams {
  readonly #options: StreamsOptions;
  readonly #open = new Set<Stream>();

  constructor(options: StreamsOptions) {
    this.#options = options;
    watchBounded('stream-bytes', () => slowest(this.#open), options.limits.streamBuffer);
  }

  /** Opens a stream for a tab, which ends what it read by before. @throws CallError: then nothing was begun. */
  open(request: IncomingMessage, { response, trace }: Reply, parameters: Parameters): void {
    const { sessions, held, limits } = this.#options;
    if (request.method !== 'GET') throw badRequest('a stream is opened with GET');
    const { u, tab, cursor } = parseRequest('poll', withLastEventId(request, parameters));
    const isElsewhere = (): boolean => sessions.moving.isElsewhere(u);
    const comeBackAfter = Math.round(MOVED * (1 + this.#options.random()));
    if (isElsewhere()) {
      this.#writeHead(response, comeBackAfter);
      response.end();
      return;
    }
    sessions.check(u, tab, cursor);
    const release = held.take(request);
    const stream = new Stream(response, {
      buffer: limits.streamBuffer,
      trace,
      comeBackAfter,
      isElsewhere,
      read: (from, deliver) => sessions.poll(u, tab, from, deliver),
    });
    this.#open.add(stream);
    const heartbeat = setInterval(() => stream.beat(), (limits.hold * 1000) / 2);
    response.once('close', () => {
      clearInterval(heartbeat);
      release();
      stream.close();
      this.#open.delete(stream);
    });
    this.#writeHead(response, RETRY * 1000 * (0.5 + this.#options.random()));
    stream.begin(cursor);
  }

  /** @param retry milliseconds until the browser comes back when the stream is cut */
  #writeHead(response: ServerResponse, retry: number): void {
    endIfLast(response);
    response.writeHead(200, {
      ...HEADERS,
      ...NO_SCRIPT,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'X-Accel-Buffering': 'no', // nginx: each event goes on at once
    });
    response.write(`retry: ${Math.round(retry)}\n\n`);
  }
}

function slowest(open: ReadonlySet<Stream>): number {
  let most = 0;
  for (const { waiting } of open) most = Math.max(most, waiting);
  return most;
}

/** A browser that comes back by itself knows better than the address that the page opened. */
function withLastEventId({ headers }: IncomingMessage, parameters: Parameters): Parameters {
  const last = headers['last-event-id'];
  return last === undefined || last === '' ? parameters : { ...parameters, cursor: last };
}
