/** A MySQL account, and the pool that is opened on it. */
import { z } from 'zod';
import { count, host, port, seconds } from './values.ts';

const pool = z.strictObject({
  size: count(1, 1000)
    .default(10)
    .describe(
      'Connections at the most, of each process. Ten serve some thousand short queries a second; all processes together stay below `max_connections` of the server.',
    ),
  queue: count(1, 100_000)
    .default(1000)
    .describe(
      'Callers that may wait for a connection; the next is refused at once. A longer queue would only be waited in until `acquireTimeout`.',
    ),
  acquireTimeout: seconds(0.05, 60)
    .default(2)
    .describe(
      'That a caller waits for a connection before it is told so: as long as a person waits without wondering.',
    ),
  queryTimeout: seconds(0.05, 300)
    .default(5)
    .describe(
      'That a query may take; then it is ended, with its connection. Ours take milliseconds: what takes longer waits for a lock or a disk.',
    ),
});

export const mysql = z.strictObject({
  socket: z
    .string()
    .optional()
    .describe(
      'Path of the server’s socket. On the same machine it is quicker than TCP; then `host` and `port` are not used.',
    ),
  host: host
    .default('127.0.0.1')
    .describe('Where the server is: on this machine, in the usual small set-up.'),
  port: port.default(3306).describe('MySQL’s own.'),
  user: z.string().min(1).describe('The account. It needs no rights but those on `database`.'),
  password: z.string().meta({ unit: 'secret' }).describe('Of the account. Best as `!env` or `!file`.'),
  database: z.string().min(1).describe('The schema.'),
  pool: pool.prefault({}).describe('How the account is used.'),
});
