/** The log: JSON, one line an event, each of the closed list in log-events.ts. A child for each subsystem or user. */
import { isatty } from 'node:tty';
import { pino, type Logger } from 'pino';
import type { Config } from './config/schema.ts';
import { LOG_EVENTS, type LogEvent } from './log-events.ts';
import { faultOf } from './log-fault.ts';

export type { LogEvent } from './log-events.ts';

/** What differs from line to line. `user` is a site id; `err` any error, of which faultOf says what may be told. */
export type LogFields = Readonly<Record<string, unknown>> & {
  readonly user?: string;
  readonly err?: unknown;
};

/** Never in a line, wherever they stand: whoever has one acts as its owner. */
const SECRETS = ['token', 'tab', 'password', 'ticket', 'secret', 'body', 'authorization'];

/** Bytes that wait while a log can't be written; lines above that are dropped. */
const MAX_WAITING = 1_048_576;

export type LogLevel = Config['log']['level'];
const RANKS: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

/** The least that is told, of a process: all its loggers ask it at each line. */
class Loudness {
  level: LogLevel;
  #back: NodeJS.Timeout | undefined;

  constructor(level: LogLevel) {
    this.level = level;
  }

  lets(level: LogLevel): boolean {
    return RANKS[level] >= RANKS[this.level];
  }

  /** Another one for a time, then `usual`. */
  set(level: LogLevel, usual: LogLevel, milliseconds: number): void {
    clearTimeout(this.#back);
    this.level = level;
    this.#back = setTimeout(() => (this.level = usual), milliseconds).unref();
  }
}

export class Log {
  readonly #lines: Logger;
  readonly #loudness: Loudness;

  constructor(lines: Logger, loudness = new Loudness('trace')) {
    this.#lines = lines;
    this.#loudness = loudness;
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
    if (!this.#loudness.lets(level)) return;
    this.#lines[level]({ event: name, ...fields }, says);
  }

  /** Has these fields in each line. */
  child(fields: LogFields): Log {
    return new Log(this.#lines.child(fields), this.#loudness);
  }
}

/**
 * The root log of a process. A log that can't be written, as on a full disk, ends no process: its lines wait,
 * then are lost. `part` names it: bridge, component, auth.
 *
 * @param dest 1 or 2, or a file. The external-auth script's stdout carries frames and nothing else.
 */
export function createLog(part: string, config: Config['log'], dest: 1 | 2 | string = 1): Log {
  const loudness = new Loudness(config.level);
  const options = {
    level: 'trace', // Log itself leaves out what is too little: its level changes at run time
    base: { part, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => faultOf(error) },
    redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: '[secret]' },
  };
  if (!(config.pretty ?? (typeof dest === 'number' && isatty(dest)))) {
    const destination = pino.destination({ dest, sync: dest !== 1, maxLength: MAX_WAITING });
    destination.on('error', () => undefined); // there is nowhere left to tell it
    return new Log(pino(options, destination), loudness);
  }
  const target = 'pino-pretty';
  const shown = { destination: dest, ignore: 'pid', translateTime: 'HH:MM:ss.l' };
  return new Log(pino({ ...options, transport: { target, options: shown } }), loudness);
}
