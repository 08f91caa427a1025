/** The log: JSON, one line an event, each of the closed list in log-events.ts. A child for each subsystem or user. */
import { isatty } from 'node:tty';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { Config } from './config/schema.ts';
import { LOG_EVENTS, type LogEvent } from './log-events.ts';
import { lineOptions } from './log-lines.ts';
import { Loudness, type LogLevel } from './loudness.ts';
import { metrics } from './metrics.ts';
import type { Seldom } from './seldom.ts';
import type { TraceFolder } from './trace/orders.ts';
import type { Trace } from './trace/trace.ts';
import { Tracer } from './trace/tracer.ts';

export type { LogEvent } from './log-events.ts';

/** What differs from line to line. `user` is a site id; `err` any error, of which faultOf says what may be told. */
export type LogFields = Readonly<Record<string, unknown>> & {
  readonly user?: string;
  readonly err?: unknown;
};

/** Bytes that wait while a log can't be written; lines above that are dropped. */
const MAX_WAITING = 1_048_576;

/** For a process that traces nobody. */
const NOBODY = new Tracer('none');

export class Log {
  readonly #lines: Logger;
  readonly #tracer: Tracer;
  readonly #loudness: Loudness;
  /** Whom all lines are about. */
  readonly #user: string | undefined;

  constructor(lines: Logger, tracer = NOBODY, loudness = new Loudness('trace'), user?: string) {
    this.#lines = lines;
    this.#tracer = tracer;
    this.#loudness = loudness;
    this.#user = user;
  }

  get level(): LogLevel {
    return this.#loudness.level;
  }

  /** Tells more, or less, for so many milliseconds; then it is `usual` again. For all loggers of the process. */
  tellFor(level: LogLevel, usual: LogLevel, milliseconds: number): void {
    this.#loudness.set(level, usual, milliseconds);
  }

  event(name: LogEvent, fields: LogFields = {}): void {
    const { level, says } = LOG_EVENTS[name];
    if (this.#loudness.lets(level)) this.#lines[level]({ event: name, ...fields }, says);
    this.#trace(name, fields);
  }

  /** Of many who share `seldom` one each second, and how many others since; whoever is traced has a line for each. */
  seldom(name: LogEvent, seldom: Seldom, fields: LogFields = {}): void {
    const alsoSince = seldom.due();
    if (alsoSince !== undefined) this.event(name, { ...fields, alsoSince });
    else this.#trace(name, fields);
  }

  #trace(name: LogEvent, fields: LogFields): void {
    if (!this.#tracer.any) return;
    const user = fields.user ?? this.#user;
    const { level, says } = LOG_EVENTS[name];
    if (user !== undefined) this.#tracer.of(user)?.copy(level, { event: name, ...fields }, says);
  }

  /** Has these fields in each line. */
  child(fields: LogFields): Log {
    return new Log(this.#lines.child(fields), this.#tracer, this.#loudness, fields.user ?? this.#user);
  }

  /** The trace of a user, if an operator has asked for one (docs/operations.md, "Trace one user"). */
  traceOf(user: string): Trace | undefined {
    return this.#tracer.of(user);
  }

  get tracer(): Pick<Tracer, 'orders'> {
    return this.#tracer;
  }
}

/**
 * The root log of a process. A log that can't be written, as on a full disk, ends no process: its lines wait,
 * then are lost. `part` names it: bridge, component, auth.
 *
 * @param dest 1 or 2, or a file. The external-auth script's stdout carries frames and nothing else.
 * @param traces where it stands who is traced; without it nobody is
 */
export function createLog(
  part: string,
  config: Config['log'],
  dest: 1 | 2 | string = 1,
  traces?: TraceFolder,
): Log {
  const tracer = new Tracer(part, traces);
  const log = new Log(pino(...linesTo(part, config, dest)), tracer, new Loudness(config.level));
  tracer.start({
    notWritten: (user, error) => log.event('trace-not-written', { err: error, user }),
    unreadable: (error) => log.event('traces-unreadable', { err: error }),
  });
  return log;
}

function linesTo(
  part: string,
  config: Config['log'],
  dest: 1 | 2 | string,
): [LoggerOptions, DestinationStream?] {
  const options = lineOptions(part, 'trace'); // Log itself leaves out what is too little: its level changes at run time
  if (config.pretty ?? (typeof dest === 'number' && isatty(dest))) {
    const shown = { destination: dest, ignore: 'pid', translateTime: 'HH:MM:ss.l' };
    return [{ ...options, transport: { target: 'pino-pretty', options: shown } }];
  }
  const destination = pino.destination({ dest, sync: dest !== 1, maxLength: MAX_WAITING });
  destination.on('error', () => undefined); // there is nowhere left to tell it
  destination.on('drop', () => metrics.logLinesLost.inc());
  return [options, destination];
}
