/** The site's queries, tried on the site's database before anybody depends on them. Nothing is changed there. */
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { QueryFailed } from '../mysql/errors.ts';
import { MysqlPool, type Row } from '../mysql/pool.ts';
import {
  columnFaults,
  fault,
  limitWarnings,
  planWarnings,
  statementFaults,
  strangerFaults,
  type QueryName,
} from './query-findings.ts';
import { sampleStatement } from './sample-statement.ts';

export interface Findings {
  /** What can't work: for whoever wrote the settings. */
  readonly faults: readonly string[];
  /** What works, but not well; and what could not be looked at. */
  readonly warnings: readonly string[];
}

const NONE: Findings = { faults: [], warnings: [] };
/** An id of nobody, in a column of text as in one of numbers. */
const NOBODY = '0';
/** Seconds for each statement, and for all. */
const EACH = 2;
const ALL = 15;

/** Never rejects for what the database says. One that does not answer is a warning: it may be back in a minute. */
export async function checkQueries({ mysql, queries }: Config['site'], log: Log): Promise<Findings> {
  const entries = (Object.entries(queries) as [QueryName, string | undefined][]).flatMap(([name, sql]) =>
    sql === undefined ? [] : [{ name, sql }],
  );
  if (mysql === undefined || entries.length === 0) return NONE;
  const limits = { ...mysql.pool, size: 1 };
  const pool = new MysqlPool('site-check', { ...mysql, pool: limits }, log, { tells: false });
  const end = performance.now() + ALL * 1000;
  try {
    const unreachable = await reach(pool);
    if (unreachable !== undefined) return unreachable;
    const findings: Findings[] = [];
    for (const { name, sql } of entries)
      findings.push(performance.now() < end ? await checkOne(pool, name, sql) : notInTime(name));
    return together(findings);
  } finally {
    await pool.close();
  }
}

const notInTime = (name: QueryName): Findings => ({
  faults: [],
  warnings: [fault(name, `could not be looked at within ${ALL} s`)],
});

/** Undefined when the database answers. */
async function reach(pool: MysqlPool): Promise<Findings | undefined> {
  try {
    await pool.execute('SELECT 1', [], { timeout: EACH });
    return undefined;
  } catch (error) {
    const { refusal, text } = readError(error);
    return refusal
      ? { faults: [`site.mysql: ${text}`], warnings: [] }
      : { faults: [], warnings: [`site.mysql: the queries could not be looked at: ${text}`] };
  }
}

async function checkOne(pool: MysqlPool, name: QueryName, sql: string): Promise<Findings> {
  const faults = statementFaults(name, sql);
  if (faults.length > 0) return { faults, warnings: [] };
  const answer = name === 'changesDone' ? NONE : await tryOut(pool, name, sql);
  if (answer.faults.length > 0) return answer;
  return together([answer, await explain(pool, name, sql)]);
}

async function tryOut(pool: MysqlPool, name: QueryName, sql: string): Promise<Findings> {
  try {
    const { rows, columns } = await pool.execute(sql, parametersOf(name), { timeout: EACH });
    return {
      faults: [...columnFaults(name, columns), ...strangerFaults(name, rows)],
      warnings: limitWarnings(name, sql),
    };
  } catch (error) {
    return saidBy(name, error);
  }
}

async function explain(pool: MysqlPool, name: QueryName, sql: string): Promise<Findings> {
  try {
    const parameters = await existing(pool, name, sql);
    const { rows } = await pool.execute(`EXPLAIN ${sql}`, parameters, { timeout: EACH });
    return { faults: [], warnings: planWarnings(name, rows) };
  } catch (error) {
    if (name === 'changesDone' && !/^\s*call\b/i.test(sql)) return saidBy(name, error); // it was not tried out
    return {
      faults: [],
      warnings: [fault(name, `its plan could not be looked at: ${readError(error).text}`)],
    };
  }
}

/** Ids that somebody has, where they can be found; for the statement that changes something, nobody's. */
async function existing(pool: MysqlPool, name: QueryName, sql: string): Promise<string[]> {
  const nobodys = parametersOf(name);
  const statement = name === 'changesDone' ? undefined : sampleStatement(sql);
  if (statement === undefined) return nobodys;
  try {
    const [row] = (await pool.execute(statement, [], { timeout: EACH })).rows;
    return nobodys.map((nobody, index) => idIn(row, index) ?? nobody);
  } catch {
    return nobodys; // a guess from the words of a query may be wrong
  }
}

function idIn(row: Row | undefined, index: number): string | undefined {
  const value = row?.[`p${index}`];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function parametersOf(name: QueryName): string[] {
  if (name === 'changes') return [];
  return name === 'areFriends' ? [NOBODY, NOBODY] : [NOBODY];
}

function saidBy(name: QueryName, error: unknown): Findings {
  const { refusal, text } = readError(error);
  return refusal
    ? { faults: [fault(name, `the database refuses it: ${text}`)], warnings: [] }
    : { faults: [], warnings: [fault(name, `gave no answer: ${text}`)] };
}

/**
 * What the server refuses in one moment and not in the next: too many connections, locks, a shutdown, its own limits
 * of time, and a replica that is read-only. By MySQL's and MariaDB's numbers.
 */
const PASSING = new Set([1040, 1053, 1203, 1205, 1213, 1226, 1290, 1317, 1792, 1836, 1927, 1969, 3024]);

function readError(error: unknown): { refusal: boolean; text: string } {
  if (!(error instanceof QueryFailed)) return { refusal: false, text: messageOf(error) };
  const { errno } = (error.cause ?? {}) as { errno?: number };
  const refusal = errno !== undefined && errno >= 1000 && errno < 65_536 && !PASSING.has(errno);
  return { refusal, text: messageOf(error.cause) };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message; // Node joins the faults of several addresses in silence
}

export function together(findings: readonly Findings[]): Findings {
  return {
    faults: findings.flatMap(({ faults }) => faults),
    warnings: findings.flatMap(({ warnings }) => warnings),
  };
}
