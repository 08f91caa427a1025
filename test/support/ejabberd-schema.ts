/** ejabberd's own tables in MySQL. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import mysql from 'mysql2/promise';
import type { EjabberdMysql } from './ejabberd-config.ts';

const SCHEMA = '/usr/share/ejabberd/sql/mysql.sql';

/** MySQL: an index of that name is there. */
const DUPLICATE_INDEX = 1061;

/** Creates what is missing; so a start that was interrupted half-way is mended by the next. */
export async function loadSchema({
  socket,
  host = '127.0.0.1',
  port,
  ...account
}: EjabberdMysql): Promise<void> {
  const place = socket === undefined ? { host, port } : { socketPath: socket };
  const connection = await mysql.createConnection({ ...place, ...account, connectTimeout: 5000 });
  const statements = statementsOf(schemaText());
  try {
    if (!(await isComplete(connection, statements))) {
      for (const statement of statements) await create(connection, statement);
    }
  } finally {
    await connection.end();
  }
}

/** The table that the file creates last is there only when all others are. */
async function isComplete(connection: mysql.Connection, statements: readonly string[]): Promise<boolean> {
  const names = statements.map((text) => /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/i.exec(text)?.[1]);
  const last = names.findLast((name) => name !== undefined);
  const [rows] = await connection.query<mysql.RowDataPacket[]>('SHOW TABLES LIKE ?', [last]);
  return rows.length > 0;
}

async function create(connection: mysql.Connection, statement: string): Promise<void> {
  try {
    await connection.query(statement.replace(/^CREATE TABLE (?!IF )/i, 'CREATE TABLE IF NOT EXISTS '));
  } catch (error) {
    if ((error as { errno?: number }).errno !== DUPLICATE_INDEX) throw error;
  }
}

function schemaText(): string {
  if (existsSync(SCHEMA)) return readFileSync(SCHEMA, 'utf8');
  if (existsSync(`${SCHEMA}.gz`)) return gunzipSync(readFileSync(`${SCHEMA}.gz`)).toString('utf8');
  throw new Error(`${SCHEMA} is not there: apt-get install ejabberd`);
}

/** The file has no semicolon but at the end of a statement. */
function statementsOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('--'));
  return lines
    .join('\n')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
