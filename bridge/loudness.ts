/** The least that a process writes to its log: an operator changes it for a time (`im-bridge loglevel`). */
import type { Config } from './config/schema.ts';

export type LogLevel = Config['log']['level'];

const RANKS: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

/** Of a process: all its loggers ask it at each line. */
export class Loudness {
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
