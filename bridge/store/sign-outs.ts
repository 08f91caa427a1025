/** Who signed out of the site lately: a token from before that is good for nothing, though it has not expired. */
import type { MysqlPool } from '../mysql/pool.ts';
import type { SignOutsSince } from '../session/ports.ts';

const SIGN_OUT = `INSERT INTO im_signed_out (user_id) VALUES (?)
  ON DUPLICATE KEY UPDATE signed_out_at = CURRENT_TIMESTAMP(3)`;
/** A token says when it was minted in whole seconds, cut off: so one of the very second of a sign-out counts as older. */
const SINCE = 'SELECT 1 FROM im_signed_out WHERE user_id = ? AND UNIX_TIMESTAMP(signed_out_at) >= ?';
/** A token lives for minutes. */
const PRUNE =
  'DELETE FROM im_signed_out WHERE signed_out_at < CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY LIMIT 10000';

export class SignOuts implements SignOutsSince {
  readonly #pool: MysqlPool;

  constructor(pool: MysqlPool) {
    this.#pool = pool;
  }

  async add(user: string): Promise<void> {
    await this.#pool.execute(SIGN_OUT, [user]);
  }

  async since(user: string, seconds: number): Promise<boolean> {
    const { rows } = await this.#pool.execute(SINCE, [user, seconds]);
    return rows.length > 0;
  }

  async prune(): Promise<void> {
    await this.#pool.execute(PRUNE);
  }
}
