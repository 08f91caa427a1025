/** The bridge's database, from the command line. */
import pino from 'pino';
import { Log } from '../log.ts';
import { Misuse } from './command.ts';

/** What goes wrong is told by the command itself. */
export const NO_LOG = new Log(pino({ level: 'silent' }));

/** A fault of the database as a sentence; any other fault as it is. */
export function saidByMysql(error: unknown): unknown {
  if (!(error instanceof Error) || !/^(?:Pool|Query)/.test(error.name)) return error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return new Misuse(
    `MySQL can't be used (${error.message}${cause}): look at the section mysql of the settings`,
  );
}
