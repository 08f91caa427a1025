/** People and friendships in the site's database, thousands at a time, before anybody is told of them. */
import { randomBytes } from 'node:crypto';
import { bcrypt } from 'hash-wasm';
import type mysql from 'mysql2/promise';

export const PASSWORD = 'pw-bench';
/** Rows of one INSERT. */
const ROWS = 1000;

export type Pair = readonly [string, string];

/** All with one cheap hash: how long a hash takes is not measured here. */
export async function addPeople(site: mysql.Connection, ids: readonly string[]): Promise<void> {
  const salt = randomBytes(16);
  const hash = await bcrypt({ password: PASSWORD, salt, costFactor: 4, outputType: 'encoded' });
  const rows = ids.map((id) => [id, `Member ${id}`, hash]);
  await insert(site, 'INSERT INTO users (id, name, password_hash) VALUES ?', rows);
}

/** Without a word to the outbox: nobody of them is online yet. */
export async function addFriendships(site: mysql.Connection, pairs: readonly Pair[]): Promise<void> {
  const rows = pairs.flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]);
  await site.beginTransaction();
  await insert(site, 'INSERT INTO friendships (user_id, friend_id) VALUES ?', rows);
  await site.query('DELETE FROM im_outbox');
  await site.commit();
}

/** People who are all friends of each other, and of so many who are away that each has `friends`: their ids. */
export async function makeCircle(
  site: mysql.Connection,
  people: number,
  friends: number,
): Promise<readonly string[]> {
  const ids = numbered('p', people);
  const away = numbered('away', friends - people + 1);
  await addPeople(site, [...ids, ...away]);
  const among = ids.flatMap((a, index) => ids.slice(index + 1).map((b): Pair => [a, b]));
  await addFriendships(site, [...among, ...ids.flatMap((a) => away.map((b): Pair => [a, b]))]);
  return ids;
}

/** ID0, ID1, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

async function insert(
  site: mysql.Connection,
  statement: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS) {
    await site.query(statement, [rows.slice(start, start + ROWS)]);
  }
}
