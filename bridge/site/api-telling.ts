/** What metrics and the log are told of the tries at the site's JSON API: which failed, and who waited, behind what. */
import type { Agent } from 'node:http';
import type { CallSite } from '../call-site.ts';
import type { Log } from '../log.ts';
import { fromZero, metrics } from '../metrics.ts';
import { TIMEOUTS } from '../mysql/errors.ts';
import { Seldom } from '../seldom.ts';
import type { Turn, Turns } from '../turns.ts';
import { describeBusy } from '../waited.ts';
import { ApiFault, type Waited } from './api-fault.ts';
import type { BreakerState } from './breaker.ts';

const BREAKER_VALUE: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

export class ApiTelling {
  readonly #pool: string;
  readonly #turns: Turns;
  readonly #log: Log;
  readonly #told = { late: new Seldom(), failed: new Seldom() };

  /** @param pool the client's name */
  constructor(pool: string, turns: Turns, log: Log) {
    this.#pool = pool;
    this.#turns = turns;
    this.#log = log;
    fromZero(metrics.poolTimeouts, ...TIMEOUTS.map((reason) => ({ pool, reason })));
  }

  wentWell(): void {
    metrics.directoryTries.inc({ pool: this.#pool, outcome: 'ok' });
  }

  /** There was no connection, in time or at all. @param since monotonic milliseconds */
  noTurn(turn: Exclude<Turn, 'taken'>, since: number): ApiFault {
    const isFull = turn === 'full';
    metrics.poolTimeouts.inc({ pool: this.#pool, reason: isFull ? 'queue-full' : 'connection' });
    return isFull
      ? this.#late('queue-full', 'too many wait for a connection', 'connection', since)
      : this.#late('queue-timeout', 'no connection was free in time', 'connection', since);
  }

  /** A timeout says behind what; other faults stay as they are. */
  explained(error: unknown, since: number): unknown {
    if (!(error instanceof ApiFault) || error.kind !== 'timeout') return error;
    return this.#late('timeout', error.message, 'answer', since, error.sent);
  }

  /** A try that failed. Returns the fault. */
  counted(error: unknown): unknown {
    const kind = error instanceof ApiFault ? error.kind : 'fault';
    metrics.directoryTries.inc({ pool: this.#pool, outcome: kind });
    if (kind === 'timeout') metrics.poolTimeouts.inc({ pool: this.#pool, reason: 'query' });
    else metrics.poolErrors.inc({ pool: this.#pool, code: kind });
    return error;
  }

  /** A line for each fault, and a second at the least between two. What the breaker keeps away has been told. */
  tell(error: unknown, site: CallSite): void {
    if (!(error instanceof ApiFault) || error.kind === 'breaker') return;
    const seldom = error.isLate ? this.#told.late : this.#told.failed;
    const alsoSince = seldom.due();
    if (alsoSince === undefined) return;
    const line = { err: site.mark(error), alsoSince };
    if (error.isLate) this.#log.event('site-api-no-answer', line);
    else this.#log.event('site-api-failed', line);
  }

  gauge(agents: readonly Agent[], breaker: BreakerState): void {
    const pool = this.#pool;
    metrics.poolSize.set(
      { pool },
      agents.reduce((sum, agent) => sum + socketsOf(agent), 0),
    );
    metrics.poolUsed.set({ pool }, this.#turns.used);
    metrics.poolWaiting.set({ pool }, this.#turns.waiting);
    metrics.directoryBreaker.set({ pool }, BREAKER_VALUE[breaker]);
  }

  #late(
    kind: ApiFault['kind'],
    message: string,
    waitedFor: Waited['waitedFor'],
    since: number,
    sent = false,
  ): ApiFault {
    const state = { pool: this.#pool, ...this.#turns.state };
    const waited = { waitedFor, seconds: (performance.now() - since) / 1000, state };
    return new ApiFault(kind, `${message} (${this.#pool}: ${describeBusy(state)})`, { sent, waited });
  }
}

/** In use, and kept unused. */
function socketsOf({ sockets, freeSockets }: Agent): number {
  const lists = [...Object.values(sockets), ...Object.values(freeSockets)];
  return lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
}
