/** The logger: JSON, one line an event, a child for each subsystem. */
import { pino, type Logger } from 'pino';
import type { Config } from './config/schema.ts';

export type Log = Logger;

/** Never in a line, wherever they stand: whoever has one acts as its owner. */
const SECRETS = ['token', 'tab', 'password', 'ticket', 'secret', 'body', 'authorization'];

/** Bytes that wait while a log can't be written; lines above that are dropped. */
const MAX_WAITING = 1_048_576;

/**
 * The root logger of a process. A log that can't be written, as on a full disk, ends no process: its lines wait,
 * then are lost. `part` names it: bridge, component, auth.
 *
 * @param dest 1 or 2, or a file. The external-auth script's stdout carries frames and nothing else.
 */
export function createLog(part: string, config: Config['log'], dest: 1 | 2 | string = 1): Log {
  const options = {
    level: config.level,
    base: { part, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: '[secret]' },
  };
  if (!config.pretty) {
    const destination = pino.destination({ dest, sync: dest !== 1, maxLength: MAX_WAITING });
    destination.on('error', () => undefined); // there is nowhere left to tell it
    return pino(options, destination);
  }
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { destination: dest, ignore: 'pid', translateTime: 'HH:MM:ss.l' },
    },
  });
}
