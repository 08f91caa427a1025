/** What a query's columns and its plan say of it, in sentences for whoever wrote it. No question is asked here. */
import type { SiteQueries } from '../config/schema.ts';
import type { Column, Row } from '../mysql/pool.ts';

export type QueryName = keyof SiteQueries;

interface Wanted {
  readonly kinds: readonly Column['kind'][];
  readonly optional?: true;
}

const ID: Wanted = { kinds: ['text', 'integer'] };
const TEXT: Wanted = { kinds: ['text', 'integer', 'fraction', 'null'] };
const OPTIONAL: Wanted = { ...TEXT, optional: true };

/** What bridge/config/queries.ts says of each query, column by column. */
const WANTED: Readonly<Record<QueryName, Readonly<Record<string, Wanted>>>> = {
  user: { id: ID, name: TEXT, avatar: OPTIONAL },
  friends: { id: ID, name: TEXT, avatar: OPTIONAL, groups: OPTIONAL },
  areFriends: {},
  mayChat: {},
  password: { hash: { kinds: ['text', 'null'] } },
  changes: {
    id: ID,
    kind: { kinds: ['text'] },
    user: ID,
    friend: { kinds: ['text', 'integer', 'null'], optional: true },
    age: OPTIONAL,
  },
  changesDone: {},
};

/** Rows from which on a table is not read as a whole for one answer. */
const MANY = 1000;

const READS = /^\s*(?:\(|(?:select|with|values|table)\b)/i;

/** What can be said before anything is run; then it is not run. */
export function statementFaults(name: QueryName, sql: string): string[] {
  const reads = READS.test(withoutComments(sql));
  if (name === 'changesDone')
    return reads
      ? [fault(name, 'changes nothing: it has to take the change off the list (DELETE or UPDATE)')]
      : [];
  return reads ? [] : [fault(name, 'has to be a SELECT')];
}

export function columnFaults(name: QueryName, columns: readonly Column[]): string[] {
  const found = new Map(columns.map((column) => [column.name, column.kind]));
  return Object.entries(WANTED[name]).flatMap(([column, { kinds, optional = false }]) => {
    const kind = found.get(column);
    if (kind === undefined)
      return optional
        ? []
        : [fault(name, `gives no column ${column}: select it, or name one so with AS \`${column}\``)];
    if (kinds.includes(kind)) return [];
    return [fault(name, `gives ${column} as ${SHOWN[kind]}: use CAST(… AS CHAR), or another column`)];
  });
}

const SHOWN: Readonly<Record<Column['kind'], string>> = {
  text: 'text',
  binary: 'binary data, which is no text',
  integer: 'a whole number',
  fraction: 'a number with a fraction',
  null: 'nothing but NULL',
  other: 'a date, JSON or the like',
};

/** @param rows of the answer for two ids of which one is nobody's. */
export function strangerFaults(name: QueryName, rows: readonly Row[]): string[] {
  return name === 'areFriends' && rows.length > 0
    ? [
        fault(
          name,
          'gives a row for two who are not friends: it has to give none then (no COUNT, no EXISTS alone)',
        ),
      ]
    : [];
}

/**
 * Tables that are read as a whole, from the rows of EXPLAIN. A plan that the database made without looking at a
 * table (`Impossible WHERE`, `no matching row in const table`) has no type, and nothing is said of it.
 */
export function planWarnings(name: QueryName, plan: readonly Row[]): string[] {
  return plan
    .filter(
      ({ type, rows }) =>
        Number(rows) >= MANY && (type === 'ALL' || (type === 'index' && name !== 'changes')),
    )
    .map(({ table, rows }) =>
      fault(
        name,
        `reads all of the table ${String(table)} (about ${Number(rows)} rows) for each answer: add an index on the columns that it compares`,
      ),
    );
}

export function limitWarnings(name: QueryName, sql: string): string[] {
  return name === 'changes' && !/\blimit\b/i.test(withoutComments(sql))
    ? [fault(name, 'has no LIMIT: after an outage it would give all changes at once. Add LIMIT 500')]
    : [];
}

export function fault(name: QueryName, what: string): string {
  return `site.queries.${name}: ${what}`;
}

function withoutComments(sql: string): string {
  return sql.replaceAll(/\/\*[\s\S]*?\*\/|^\s*(?:--|#).*$/gm, ' ');
}
