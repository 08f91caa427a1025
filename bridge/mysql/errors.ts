/** Why the database gave no answer. Whoever asks decides what that means; none of these is a "no". */
import { serverMessage } from '../log-fault.ts';
import { describeBusy, type Busy } from '../waited.ts';

/** What callers give up on, as metrics have it. */
export const TIMEOUTS = ['connection', 'query', 'queue-full'] as const;

/** A pool at the moment of a fault: the first thing to look at when callers time out. */
export interface PoolState extends Busy {
  readonly pool: string;
}

export abstract class PoolError extends Error {
  readonly state: PoolState;

  constructor(message: string, state: PoolState, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.state = state;
  }
}

/** The wait for a connection, or the query itself, took longer than it may. */
export class PoolTimeout extends PoolError {
  override name = 'PoolTimeout';
  readonly waitedFor: 'connection' | 'query';
  readonly seconds: number;

  constructor(waitedFor: 'connection' | 'query', seconds: number, sql: string, state: PoolState) {
    const what = waitedFor === 'connection' ? 'a connection, to run' : 'an answer to';
    super(`waited ${seconds.toFixed(2)} s for ${what}: ${shown(sql)} (${describe(state)})`, state);
    this.waitedFor = waitedFor;
    this.seconds = seconds;
  }
}

/** More callers wait for a connection than may. */
export class PoolQueueFull extends PoolError {
  override name = 'PoolQueueFull';

  constructor(sql: string, state: PoolState) {
    super(`no place to wait for a connection, to run: ${shown(sql)} (${describe(state)})`, state);
  }
}

export class PoolClosed extends PoolError {
  override name = 'PoolClosed';

  constructor(state: PoolState) {
    super(`the pool ${state.pool} is closed`, state);
  }
}

/** No connection could be opened, or the database refused the query, or the connection broke. */
export class QueryFailed extends PoolError {
  override name = 'QueryFailed';
  /** MySQL's or the system's name of the fault, as `ER_DUP_ENTRY` or `ECONNREFUSED`. */
  readonly code: string;

  constructor(sql: string, state: PoolState, cause: unknown) {
    const reason = cause instanceof Error ? serverMessage(cause) : 'no answer';
    super(`${reason}, at: ${shown(sql)} (${describe(state)})`, state, cause);
    this.code = (cause as { code?: string } | null)?.code ?? 'unknown';
  }
}

function describe(state: PoolState): string {
  return `pool ${state.pool}: ${describeBusy(state)}`;
}

/** A statement has no values of people in it: those are parameters. */
export function shown(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
