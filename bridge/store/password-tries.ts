/**
 * Wrong passwords of each user, counted in MySQL over all processes that check passwords. The window begins with
 * the first and has a fixed length: a guesser who goes on does not lengthen it for the owner.
 */
import type { Limits, MysqlConfig } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { MysqlPool } from '../mysql/pool.ts';

/**
 * MySQL assigns from left to right, so `tries` still sees the old `since`. LAST_INSERT_ID(n) hands the new count
 * back with the answer; a new row has none, and is the first try.
 */
const TAKE = `INSERT INTO im_auth_failures (user_id, tries) VALUES (?, 1) ON DUPLICATE KEY UPDATE
  tries = LAST_INSERT_ID(IF(since <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND, 1, LEAST(tries + 1, ?))),
  since = IF(since <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND, CURRENT_TIMESTAMP(3), since)`;
const GIVE_BACK = 'UPDATE im_auth_failures SET tries = tries - 1 WHERE user_id = ? AND tries > 0';
/** In small steps: one long DELETE would hold locks that logins wait for. */
const STEP = 1000;
const PRUNE = `DELETE FROM im_auth_failures WHERE since <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND LIMIT ${STEP}`;

/** Seconds for an answer: with the directory's own time, below the external-auth script's two seconds. */
const TIMEOUT = 0.3;
/** Milliseconds between two prunings of one process. */
const PRUNE_EVERY = 60_000;

export class MysqlPasswordTries {
  readonly #pool: MysqlPool;
  readonly #limit: number;
  readonly #window: number;
  #pruned = performance.now();

  /** Opens no connection yet. */
  constructor(account: MysqlConfig, { passwordTries, passwordWindow }: Limits, log: Log) {
    const pool = { ...account.pool, size: Math.min(account.pool.size, 2), acquireTimeout: TIMEOUT };
    this.#pool = new MysqlPool('password-tries', { ...account, pool }, log);
    this.#limit = passwordTries;
    this.#window = passwordWindow;
  }

  /** Takes a try before the password is looked at, so that guesses at the same time count too. @throws PoolError */
  async take(user: string): Promise<boolean> {
    const { insertId } = await this.#run(TAKE, [user, this.#window, this.#limit + 1, this.#window]);
    const now = performance.now();
    if (now - this.#pruned > PRUNE_EVERY) {
      this.#pruned = now;
      void this.#prune().catch(() => undefined); // the next one, in a minute
    }
    return insertId <= this.#limit;
  }

  /** @throws PoolError */
  async giveBack(user: string): Promise<void> {
    await this.#run(GIVE_BACK, [user]);
  }

  /** Names that are guessed at may come faster than a step a minute: the next try takes the next step. */
  async #prune(): Promise<void> {
    const { affectedRows } = await this.#run(PRUNE, [this.#window]);
    if (affectedRows === STEP) this.#pruned = -Infinity;
  }

  #run(sql: string, parameters: readonly (string | number)[]): ReturnType<MysqlPool['execute']> {
    return this.#pool.execute(sql, parameters, { timeout: TIMEOUT });
  }
}
