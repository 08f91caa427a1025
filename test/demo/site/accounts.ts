/** Signing in with the site's password. */
import type { Passwords } from '../../../bridge/site/passwords.ts';
import type { Database } from './database.ts';

/** The id of the account whose password this is. An unknown name takes as long as a wrong password. */
export async function accountWith(
  database: Database,
  passwords: Passwords,
  { user, password }: { user: string; password: string },
): Promise<string | undefined> {
  const [row] = await database.rows(
    `SELECT id, password_hash FROM users WHERE id = ? AND status = 'active'`,
    [user.trim().toLowerCase()],
  );
  if (row === undefined) {
    await passwords.pretend(password);
    return undefined;
  }
  return (await passwords.verify(String(row['password_hash']), password)) ? String(row['id']) : undefined;
}
