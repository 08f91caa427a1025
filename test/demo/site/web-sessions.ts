/**
 * Who a browser is signed in as: a random cookie, of which the database knows a hash only, so that a copy of
 * the table signs nobody in.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { cookieOf } from './cookies.ts';
import type { Database } from './database.ts';
import type { SitePerson } from './people.ts';

const COOKIE = 'demo_site_session';
/** Seconds. */
const LIFETIME = 7 * 24 * 3600;

export async function openSession(database: Database, user: string, response: Response): Promise<void> {
  const token = randomBytes(32).toString('base64url');
  await database.run(
    `INSERT INTO web_sessions (token_hash, user_id, expires_at)
     VALUES (?, ?, TIMESTAMPADD(SECOND, ?, NOW(3)))`,
    [hashOf(token), user, LIFETIME],
  );
  await database.run('DELETE FROM web_sessions WHERE expires_at < NOW(3) LIMIT 100', []);
  response.cookie(COOKIE, token, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: LIFETIME * 1000 });
}

/** Makes the browser's session worthless. The cookie goes by `forgetCookie`, or when it is overwritten. */
export async function endSession(database: Database, request: Request): Promise<void> {
  const token = tokenOf(request);
  if (token !== undefined) {
    await database.run('DELETE FROM web_sessions WHERE token_hash = ?', [hashOf(token)]);
  }
}

export function forgetCookie(response: Response): void {
  response.clearCookie(COOKIE, { httpOnly: true, sameSite: 'lax', path: '/' });
}

export async function personOf(database: Database, request: Request): Promise<SitePerson | undefined> {
  const token = tokenOf(request);
  if (token === undefined) return undefined;
  const [row] = await database.rows(
    `SELECT u.id, u.name FROM web_sessions s JOIN users u ON u.id = s.user_id AND u.status = 'active'
     WHERE s.token_hash = ? AND s.expires_at > NOW(3)`,
    [hashOf(token)],
  );
  return row === undefined ? undefined : { id: String(row['id']), name: String(row['name']) };
}

function tokenOf(request: Request): string | undefined {
  return cookieOf(request, COOKIE);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
