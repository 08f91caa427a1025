/** One round: the bridge is started anew, all pages come at once, and what that took of each part is taken down. */
import { setTimeout as sleep } from 'node:timers/promises';
import type mysql from 'mysql2/promise';
import { scrapedFrom, type Scraped } from '../../support/scraped.ts';
import type { BenchStack } from '../bench-stack.ts';
import { costsOf, PARTS, total } from '../compare/server-cost.ts';
import { come, type Met } from './comer.ts';

export interface Round {
  /** From the first connect to the last snapshot. */
  readonly seconds: number;
  /** Milliseconds of processor time of a session: of each part, and of the pages. */
  readonly costs: Readonly<Record<string, number>>;
  /** Statements of MariaDB for a session. */
  readonly statements: number;
  /** Logins under way, mean until the last snapshot. */
  readonly underWay: number;
  readonly met: Met;
  /** What the bridge says of itself since its start. */
  readonly scraped: Scraped;
}

export interface Coming {
  readonly people: readonly string[];
  readonly tabs: number;
  /** Whom each of them greets. */
  readonly greets: (user: string) => string | undefined;
}

/** The servers are at rest below this share of a core, for so many seconds in a row. */
const REST = { share: 0.1, seconds: 3, most: 120 };
const SAMPLED_EVERY = 500;

export async function roundOf(bench: BenchStack, coming: Coming, closed: AbortSignal): Promise<Round> {
  await rest(bench);
  const before = await standing(bench);
  const [start, own] = [performance.now(), process.cpuUsage()];
  const met: Met = { refused: 0, silent: 0, waits: [], messages: 0 };
  const sampling = new AbortController();
  const sampled = sample(bench, sampling.signal);
  await Promise.all(all(bench, coming, met, closed));
  const seconds = (performance.now() - start) / 1000;
  sampling.abort();
  await rest(bench);
  const after = await standing(bench);
  const count = coming.people.length;
  const pages = process.cpuUsage(own);
  const costs = PARTS.map((part) => [
    part,
    ((after.costs[part].processor - before.costs[part].processor) / count) * 1000,
  ]);
  return {
    seconds,
    costs: {
      ...(Object.fromEntries(costs) as Record<string, number>),
      pages: (pages.user + pages.system) / 1000 / count,
    },
    statements: (after.statements - before.statements) / count,
    underWay: await sampled,
    met,
    scraped: await scrapedFrom(bench.stack.info.metrics.url),
  };
}

function all(
  bench: BenchStack,
  { people, tabs, greets }: Coming,
  met: Met,
  closed: AbortSignal,
): Promise<void>[] {
  const { url } = bench.stack.info.bridge;
  return people.flatMap((user) => {
    const options = { url, user, token: () => bench.token(user), greets: greets(user) };
    return Array.from({ length: tabs }, () => come(options, met, closed));
  });
}

async function standing({ stack, site }: BenchStack) {
  const [rows] = await site.query<mysql.RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Questions'");
  return { costs: costsOf(stack), statements: Number(rows[0]?.['Value']) };
}

/** The mean of what is under way. */
async function sample({ stack }: BenchStack, ended: AbortSignal): Promise<number> {
  const seen: number[] = [];
  while (!ended.aborted) {
    const scraped = await scrapedFrom(stack.info.metrics.url).catch(() => undefined);
    if (scraped !== undefined) seen.push(scraped.sum('im_xmpp_logins_under_way'));
    await sleep(SAMPLED_EVERY, undefined, { signal: ended }).catch(() => undefined);
  }
  return seen.reduce((sum, one) => sum + one, 0) / Math.max(1, seen.length);
}

async function rest({ stack }: BenchStack): Promise<void> {
  let before = total(costsOf(stack), 'processor');
  for (let second = 0, quiet = 0; second < REST.most && quiet < REST.seconds; second += 1) {
    await sleep(1000);
    const now = total(costsOf(stack), 'processor');
    quiet = now - before < REST.share ? quiet + 1 : 0;
    before = now;
  }
}
