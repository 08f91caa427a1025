/** Who is on the site, and who is whose friend. */
import { isUserId } from '../../../bridge/user-id.ts';
import type { Database, Row } from './database.ts';

export interface SitePerson {
  readonly id: string;
  readonly name: string;
}

export interface Listed extends SitePerson {
  readonly isFriend: boolean;
}

export type Names = ReadonlyMap<string, string>;

/** Rows of a page. */
export const PAGE = 60;

export async function friendsOf(database: Database, me: string): Promise<Listed[]> {
  const rows = await database.rows(
    `SELECT u.id, u.name, 1 AS is_friend
     FROM friendships f JOIN users u ON u.id = f.friend_id AND u.status = 'active'
     WHERE f.user_id = ? ORDER BY u.name, u.id LIMIT ${PAGE}`,
    [me],
  );
  return rows.map(listed);
}

/** Everybody else whose name or id begins with `search`. */
export async function peopleFor(database: Database, me: string, search: string): Promise<Listed[]> {
  const pattern = `${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const rows = await database.rows(
    `SELECT u.id, u.name, f.friend_id IS NOT NULL AS is_friend
     FROM users u LEFT JOIN friendships f ON f.user_id = ? AND f.friend_id = u.id
     WHERE u.status = 'active' AND u.id <> ? AND (u.name LIKE ? OR u.id LIKE ?)
     ORDER BY u.name, u.id LIMIT ${PAGE}`,
    [me, me, pattern, pattern],
  );
  return rows.map(listed);
}

/** Undefined when there is nobody of that id. One's own profile is no friend's. */
export async function personWith(database: Database, me: string, id: string): Promise<Listed | undefined> {
  if (!isUserId(id)) return undefined;
  const [row] = await database.rows(
    `SELECT u.id, u.name, f.friend_id IS NOT NULL AS is_friend
     FROM users u LEFT JOIN friendships f ON f.user_id = ? AND f.friend_id = u.id
     WHERE u.status = 'active' AND u.id = ?`,
    [me, id],
  );
  return row && listed(row);
}

export async function friendsInCommon(database: Database, me: string, other: string): Promise<SitePerson[]> {
  const rows = await database.rows(
    `SELECT u.id, u.name
     FROM friendships mine
     JOIN friendships theirs ON theirs.user_id = ? AND theirs.friend_id = mine.friend_id
     JOIN users u ON u.id = mine.friend_id AND u.status = 'active'
     WHERE mine.user_id = ? ORDER BY u.name, u.id LIMIT ${PAGE}`,
    [other, me],
  );
  return rows.map((row) => ({ id: String(row['id']), name: String(row['name']) }));
}

/** Id -> name, of those who are there: who left is not named. */
export async function namesOf(database: Database, ids: readonly string[]): Promise<Names> {
  const some = [...new Set(ids)].slice(0, PAGE);
  if (some.length === 0) return new Map();
  const marks = some.map(() => '?').join(', ');
  const sql = `SELECT id, name FROM users WHERE status = 'active' AND id IN (${marks})`;
  const rows = await database.rows(sql, some);
  return new Map(rows.map((row) => [String(row['id']), String(row['name'])]));
}

/** Both sides at once. Always in the same order, so that two who add each other do not lock each other out. */
export async function addFriend(database: Database, me: string, friend: string): Promise<void> {
  if (me === friend) return;
  const [a, b] = me < friend ? [me, friend] : [friend, me];
  const insert = `INSERT IGNORE INTO friendships (user_id, friend_id)
    SELECT me.id, friend.id FROM users me JOIN users friend
    ON me.id = ? AND friend.id = ? AND me.status = 'active' AND friend.status = 'active'`;
  await database.together([
    [insert, [a, b]],
    [insert, [b, a]],
  ]);
}

export async function removeFriend(database: Database, me: string, friend: string): Promise<void> {
  const [a, b] = me < friend ? [me, friend] : [friend, me];
  const remove = 'DELETE FROM friendships WHERE user_id = ? AND friend_id = ?';
  await database.together([
    [remove, [a, b]],
    [remove, [b, a]],
  ]);
}

function listed(row: Row): Listed {
  return { id: String(row['id']), name: String(row['name']), isFriend: Number(row['is_friend']) === 1 };
}
