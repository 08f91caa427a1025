/** Makes the demo site's tables, and adds the people who are missing. What people changed since stays. */
import { readFile } from 'node:fs/promises';
import mysql from 'mysql2/promise';
import {
  NAMED,
  NAMED_FRIENDSHIPS,
  NEIGHBOURS,
  NEIGHBOUR_FRIENDSHIPS,
  crowd,
  ring,
  type DemoUser,
  type Friendship,
} from './demo-people.ts';

export interface SeedConnection {
  readonly socket?: string;
  readonly host?: string;
  readonly port?: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface SeedOptions {
  /** How many of u0, u1, … there are to be. */
  readonly users?: number;
  /** About how many friends each of them has. */
  readonly friends?: number;
}

export interface Seeded {
  readonly usersAdded: number;
  readonly friendshipsAdded: number;
}

/** Rows of one INSERT: a megabyte at the most, far below max_allowed_packet. */
const ROWS = 1000;

/**
 * A user who is there is left alone, and a friendship is made only when one of the two is new: so a
 * friendship that somebody ended stays ended.
 */
export async function seed(
  to: SeedConnection,
  { users = 0, friends = 0 }: SeedOptions = {},
): Promise<Seeded> {
  const connection = await connect(to);
  try {
    await connection.query(await textOf('./schema.sql'));
    await connection.query(await textOf('../../../docs/outbox.sql'));
    const wanted = [...NAMED, ...NEIGHBOURS, ...crowd(users)];
    const missing = await missingOf(connection, wanted);
    const fresh = new Set(missing.map(({ id }) => id));
    const pairs = [...NAMED_FRIENDSHIPS, ...NEIGHBOUR_FRIENDSHIPS, ...ring(users, friends)];
    const friendships = pairs.filter(({ a, b }) => fresh.has(a) || fresh.has(b));
    await connection.beginTransaction();
    await addUsers(connection, missing);
    await addFriendships(connection, friendships);
    await connection.commit();
    return { usersAdded: missing.length, friendshipsAdded: friendships.length };
  } finally {
    await connection.end();
  }
}

function connect({
  socket,
  host,
  port,
  user,
  password,
  database,
}: SeedConnection): Promise<mysql.Connection> {
  const where =
    socket === undefined ? { host: host ?? '127.0.0.1', port: port ?? 3306 } : { socketPath: socket };
  return mysql.createConnection({
    ...where,
    user,
    password,
    database,
    charset: 'utf8mb4',
    multipleStatements: true, // the schema is several
    connectTimeout: 10_000,
  });
}

/** By its place in the source tree: a build of TypeScript copies no .sql. */
async function textOf(path: string): Promise<string> {
  const source = new URL(import.meta.url.replace('/dist/test/', '/test/'));
  return await readFile(new URL(path, source), 'utf8');
}

async function missingOf(connection: mysql.Connection, wanted: readonly DemoUser[]): Promise<DemoUser[]> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT id FROM users');
  const known = new Set(rows.map((row) => String(row['id'])));
  return wanted.filter(({ id }) => !known.has(id));
}

async function addUsers(connection: mysql.Connection, users: readonly DemoUser[]): Promise<void> {
  for (const some of chunks(users)) {
    const rows = await Promise.all(some.map(async (user) => [user.id, user.name, await user.hash()]));
    await connection.query('INSERT IGNORE INTO users (id, name, password_hash) VALUES ?', [rows]);
  }
}

async function addFriendships(
  connection: mysql.Connection,
  friendships: readonly Friendship[],
): Promise<void> {
  const rows = friendships.flatMap(({ a, b, circle }) => [
    [a, b, circle],
    [b, a, circle],
  ]);
  for (const some of chunks(rows)) {
    await connection.query('INSERT IGNORE INTO friendships (user_id, friend_id, circle) VALUES ?', [some]);
  }
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += ROWS) yield items.slice(start, start + ROWS);
}
