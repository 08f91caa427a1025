/**
 * A pool of MySQL connections in which nobody waits for ever, and who waited in vain says where: for a
 * connection or for the query, how long, how full the pool was, and which code had asked.
 */
import { CallSite } from '../call-site.ts';
import type { MysqlConfig } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { fromZero, metrics } from '../metrics.ts';
import { Seldom } from '../seldom.ts';
import { Turns } from '../turns.ts';
import { Tasks } from '../tasks.ts';
import { Connections, destroy, runOn, type Parameter, type Result, type Row } from './connections.ts';
import {
  PoolClosed,
  PoolQueueFull,
  PoolTimeout,
  QueryFailed,
  shown,
  TIMEOUTS,
  type PoolState,
} from './errors.ts';
import { PoolHealth } from './health.ts';

export type { Column, Parameter, Result, Row } from './connections.ts';

export interface ExecuteOptions {
  /** Seconds for all of it, wait and query. The pool's own limits hold as well. */
  readonly timeout?: number;
}

/** One call on its way: what it asks, who asked, and when it must be over. */
interface Call {
  readonly sql: string;
  readonly site: CallSite;
  readonly started: number;
  readonly end: number;
}

type Connection = Awaited<ReturnType<Connections['get']>>;

/** Milliseconds that a server is given to say goodbye. */
const CLOSE_GRACE = 2000;

export class MysqlPool {
  readonly name: string;
  readonly health: PoolHealth;
  readonly #limits: MysqlConfig['pool'];
  readonly #connections: Connections;
  readonly #turns: Turns;
  readonly #log: Log;
  readonly #underWay = new Tasks();
  readonly #told = { late: new Seldom(), failed: new Seldom() };
  readonly #tells: boolean;
  #closed = false;

  /**
   * Opens no connection yet. `name` stands in metrics, logs and errors.
   *
   * @param tells are statements that fail worth a line? Not where it is tried out what works.
   */
  constructor(name: string, config: MysqlConfig, log: Log, { tells = true } = {}) {
    this.name = name;
    this.health = new PoolHealth(name, config.pool.size);
    this.#tells = tells;
    this.#limits = config.pool;
    this.#log = log.child({ pool: name });
    this.#turns = new Turns(config.pool.size, config.pool.queue);
    this.#connections = new Connections(config, (open) => metrics.poolSize.set({ pool: name }, open));
    metrics.poolSize.set({ pool: name }, 0);
    metrics.poolLimit.set({ pool: name }, config.pool.size);
    metrics.poolWaitingLimit.set({ pool: name }, config.pool.queue);
    fromZero(metrics.poolTimeouts, ...TIMEOUTS.map((reason) => ({ pool: name, reason })));
    this.#gauge();
  }

  get state(): PoolState {
    const behind = this.#underWay.longest().map(({ what, seconds }) => ({ what: shown(what), seconds }));
    return { pool: this.name, ...this.#turns.state, behind };
  }

  /**
   * Runs one prepared statement. Values come as parameters only.
   *
   * @throws PoolTimeout, PoolQueueFull, PoolClosed or QueryFailed; TypeError for a parameter that is
   * neither a string, nor a finite number, nor null.
   */
  async execute<R extends Row = Row>(
    sql: string,
    parameters: readonly Parameter[] = [],
    { timeout = Infinity }: ExecuteOptions = {},
  ): Promise<Result<R>> {
    checkParameters(parameters);
    const started = performance.now();
    const site = new CallSite();
    const call: Call = { sql, site, started, end: started + timeout * 1000 };
    if (this.#closed) throw site.mark(new PoolClosed(this.state));
    const connection = await this.#acquire(call);
    const task = this.#underWay.begin(sql);
    try {
      return await this.#run<R>(connection, call, parameters);
    } finally {
      this.#underWay.end(task);
      metrics.poolAnswerSeconds.observe({ pool: this.name }, (performance.now() - task.since) / 1000);
    }
  }

  /** Ends all connections; callers under way are told so. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#connections.close(CLOSE_GRACE);
  }

  async #acquire(call: Call): Promise<Connection> {
    const end = Math.min(call.end, call.started + this.#limits.acquireTimeout * 1000);
    const turning = this.#turns.take(end - call.started);
    this.#gauge();
    const turn = await turning;
    this.#gauge();
    if (turn === 'full') throw this.#refused(call);
    if (turn === 'timeout') throw this.#timedOut(call, 'connection', call.started);
    const connection = await this.#open(call, end);
    metrics.poolWaitSeconds.observe({ pool: this.name }, (performance.now() - call.started) / 1000);
    return connection;
  }

  async #open(call: Call, end: number): Promise<Connection> {
    const opening = this.#connections.get();
    const connection = await within(end - performance.now(), opening).catch((error: unknown) => {
      this.#giveTurn();
      throw this.#failed(call, error);
    });
    if (connection !== LATE) return connection;
    // It holds its turn until it is open or has failed, so that the pool below never has more than its limit.
    opening
      .then((late) => late.release())
      .catch(() => undefined) // told already, as a timeout
      .finally(() => this.#giveTurn());
    throw this.#timedOut(call, 'connection', call.started);
  }

  async #run<R extends Row>(
    connection: Connection,
    call: Call,
    parameters: readonly Parameter[],
  ): Promise<Result<R>> {
    const started = performance.now();
    const end = Math.min(call.end, started + this.#limits.queryTimeout * 1000);
    try {
      const result = await within(end - started, runOn<R>(connection, call.sql, parameters));
      if (result !== LATE) {
        connection.release();
        return result;
      }
      destroy(connection); // its answer is still to come, and must not meet the next question
    } catch (error) {
      if (isStatementFault(error)) connection.release();
      else destroy(connection);
      throw this.#failed(call, error);
    } finally {
      this.#giveTurn();
    }
    throw this.#timedOut(call, 'query', started);
  }

  #giveTurn(): void {
    this.#turns.give();
    this.#gauge();
  }

  #gauge(): void {
    metrics.poolUsed.set({ pool: this.name }, this.#turns.used);
    metrics.poolWaiting.set({ pool: this.name }, this.#turns.waiting);
  }

  #timedOut(call: Call, waitedFor: 'connection' | 'query', since: number): Error {
    metrics.poolTimeouts.inc({ pool: this.name, reason: waitedFor });
    const seconds = (performance.now() - since) / 1000;
    return this.#late(call.site.mark(new PoolTimeout(waitedFor, seconds, call.sql, this.state)));
  }

  #refused(call: Call): Error {
    metrics.poolTimeouts.inc({ pool: this.name, reason: 'queue-full' });
    return this.#late(call.site.mark(new PoolQueueFull(call.sql, this.state)));
  }

  #failed(call: Call, cause: unknown): Error {
    if (this.#closed) return call.site.mark(new PoolClosed(this.state));
    this.health.failed(cause);
    const error = call.site.mark(new QueryFailed(call.sql, this.state, cause));
    const alsoSince = this.#tells ? this.#told.failed.due() : undefined;
    if (alsoSince !== undefined) this.#log.event('pool-query-failed', { err: error, alsoSince });
    return error;
  }

  #late(error: Error): Error {
    const alsoSince = this.#told.late.due();
    if (alsoSince !== undefined) this.#log.event('pool-no-answer', { err: error, alsoSince });
    return error;
  }
}

const LATE = Symbol('late');

/** The answer, or LATE when it takes longer; what comes after that is nobody's. */
async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T | typeof LATE> {
  answer.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, milliseconds), LATE);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function checkParameters(parameters: readonly unknown[]): void {
  parameters.forEach((value, index) => {
    if (value === null || typeof value === 'string' || Number.isFinite(value)) return;
    throw new TypeError(`parameter ${index + 1} is ${typeof value}: only strings, finite numbers and null`);
  });
}

/** Did the server refuse the statement alone, so that the connection is as good as before? */
function isStatementFault(error: unknown): boolean {
  const { errno, fatal } = (error ?? {}) as { errno?: number; fatal?: boolean };
  return errno !== undefined && errno >= 1000 && errno < 65_536 && fatal !== true && !READ_ONLY.has(errno);
}

/** After a failover the old primary is read-only: another connection may reach the new one. */
const READ_ONLY = new Set([1290, 1792, 1836]);
