/** The logger: JSON, one line an event, a child for each subsystem. */
import { pino, type Logger } from 'pino';
import type { Config } from './config/schema.ts';

export type Log = Logger;

/** Never in a line, wherever they stand: whoever has one acts as its owner. */
const SECRETS = ['token', 'tab', 'password', 'ticket', 'secret', 'body', 'authorization'];

/**
 * The root logger of a process. `part` names it: bridge, component, auth.
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
  if (!config.pretty) return pino(options, pino.destination({ dest, sync: dest !== 1 }));
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { destination: dest, ignore: 'pid', translateTime: 'HH:MM:ss.l' },
    },
  });
}
