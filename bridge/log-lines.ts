/** How a line of a log, or of a trace, is written: its first fields, what is said of errors, and what is never said. */
import { pino, type LoggerOptions } from 'pino';
import { faultOf } from './log-fault.ts';

/** Never in a line, wherever they stand: whoever has one acts as its owner. */
const SECRETS = ['token', 'tab', 'password', 'ticket', 'secret', 'body', 'authorization'];

/** @param part names the process: bridge, component, auth */
export function lineOptions(part: string, level: string): LoggerOptions {
  return {
    level,
    base: { part, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => faultOf(error) },
    redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: '[secret]' },
  };
}
