/** The look at a pool before a process serves: how many statements run at once, as the server's own clock has it. */
import type { Log } from '../log.ts';
import type { MysqlPool } from './pool.ts';

/** Statements at once at the most: more would not say more. */
const MOST = 20;
/** Seconds that each takes. */
const NAP = 0.1;
/** Statements that begin within so much of each other ran at once; one after the other they would be a nap apart. */
const AT_ONCE = NAP * 0.9;

/** Tells the log and the metrics. Never rejects: a database that is away is told where it is needed. */
export async function checkPool(pool: MysqlPool, log: Log): Promise<void> {
  const { limit } = pool.state;
  const asked = Math.min(limit, MOST);
  await atOnce(pool, asked); // so that all connections are open, and the second look is of statements alone
  const { starts, fault } = await atOnce(pool, asked);
  if (starts.length === 0) {
    log.event('pool-not-checked', { pool: pool.name, err: fault });
    return;
  }
  const effective = mostAtOnce(starts);
  pool.health.measured(effective, asked);
  const line = { pool: pool.name, effective, asked, limit };
  if (pool.health.isStarved)
    log.event('pool-starved', { ...line, ...(fault !== undefined && { err: fault }) });
  else log.event('pool-checked', line);
}

/** When each statement began, in seconds of Unix time by the server's clock, and why others did not. */
async function atOnce(pool: MysqlPool, count: number): Promise<{ starts: number[]; fault: unknown }> {
  const nap = (): Promise<number> =>
    pool
      .execute('SELECT UNIX_TIMESTAMP(NOW(6)) AS begun, SLEEP(?) AS slept', [NAP])
      .then(({ rows }) => Number(rows[0]?.['begun']));
  const answers = await Promise.allSettled(Array.from({ length: count }, nap));
  const fault: unknown = answers.find((answer) => answer.status === 'rejected')?.reason;
  return {
    starts: answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])),
    fault,
  };
}

function mostAtOnce(starts: readonly number[]): number {
  return Math.max(
    ...starts.map((one) => starts.filter((other) => other <= one && other > one - AT_ONCE).length),
  );
}
