/** The look at a pool before a process serves: how many statements run at once, as the server's own clock has it. */
import type { Log } from '../log.ts';
import type { MysqlPool } from './pool.ts';

/** Statements at once at the most: more would not say more. */
const MOST = 20;
/** Seconds that each takes. */
const NAP = 0.1;
/** Statements that begin within so much of each other ran at once; one after the other they would be a nap apart. */
const AT_ONCE = NAP * 0.9;
/** Looks at the most, until one finds that all is well. */
const LOOKS = 3;

/** Tells the log and the metrics. Never rejects: a database that is away is told where it is needed. */
export async function checkPool(pool: MysqlPool, log: Log): Promise<void> {
  const { limit } = pool.state;
  const asked = Math.min(limit, MOST);
  await atOnce(pool, asked); // so that all connections are open, and the second look is of statements alone
  const { effective, fault } = await bestOf(pool, asked);
  if (effective === 0) {
    log.event('pool-not-checked', { pool: pool.name, err: fault });
    return;
  }
  pool.health.measured(effective, asked);
  const line = { pool: pool.name, effective, asked, limit };
  if (pool.health.isStarved)
    log.event('pool-starved', { ...line, ...(fault !== undefined && { err: fault }) });
  else log.event('pool-checked', line);
}

/** A busy machine begins statements late now and then; a pool that is starved is so each time. */
async function bestOf(pool: MysqlPool, asked: number): Promise<{ effective: number; fault: unknown }> {
  let best: { effective: number; fault: unknown } = { effective: 0, fault: undefined };
  for (let look = 0; look < LOOKS && best.effective < asked; look += 1) {
    const { starts, fault } = await atOnce(pool, asked);
    const effective = mostAtOnce(starts);
    if (effective >= best.effective) best = { effective, fault };
  }
  return best;
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
    0,
    ...starts.map((one) => starts.filter((other) => other <= one && other > one - AT_ONCE).length),
  );
}
