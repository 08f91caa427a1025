/** Who has the chat while it is rolled out, in MySQL: one row of rules, and a list of users who are in or out. */
import type { MysqlPool, Row } from '../mysql/pool.ts';
import { EVERYBODY, type RolloutList, type RolloutRules, type RolloutSource } from '../rollout/chosen.ts';

/** Users on the list: every worker holds it in memory, some 10 MB of it. */
export const MOST_LISTED = 100_000;
/** Users of one statement, and of one page. */
const CHUNK = 500;
const PAGE = 10_000;

const RULES = 'SELECT decided_by, percent, version FROM im_rollout WHERE id = 1';
const SET = `INSERT INTO im_rollout (id, decided_by, percent, version) VALUES (1, ?, ?, 1)
  ON DUPLICATE KEY UPDATE decided_by = VALUES(decided_by), percent = VALUES(percent), version = version + 1`;
const TOUCH = `INSERT INTO im_rollout (id, decided_by, percent, version) VALUES (1, ?, ?, 1)
  ON DUPLICATE KEY UPDATE version = version + 1`;
const NEXT = 'SELECT user_id, is_in FROM im_rollout_users WHERE user_id > ? ORDER BY user_id LIMIT ?';
const COUNT = 'SELECT COALESCE(SUM(is_in), 0) AS inside, COUNT(*) AS listed FROM im_rollout_users';

/** The list has no room for so many. */
export class RolloutListFull extends Error {
  override name = 'RolloutListFull';
}

interface RulesRow extends Row {
  readonly decided_by: string;
  readonly percent: string | number;
  readonly version: number;
}

interface ListRow extends Row {
  readonly user_id: string;
  readonly is_in: number;
}

export class RolloutStore implements RolloutSource {
  readonly #pool: MysqlPool;

  constructor(pool: MysqlPool) {
    this.#pool = pool;
  }

  async rules(): Promise<RolloutRules> {
    const [row] = (await this.#pool.execute<RulesRow>(RULES)).rows;
    if (row === undefined) return EVERYBODY;
    const by = row.decided_by === 'site' ? 'site' : 'percent';
    return { by, percent: Number(row.percent), version: row.version };
  }

  /** @throws as the pool does */
  async list(): Promise<RolloutList> {
    const list = new Map<string, boolean>();
    for (let last = ''; list.size < MOST_LISTED;) {
      const rows = await this.#listBehind(last);
      for (const { user_id: user, is_in: isIn } of rows) list.set(user, isIn === 1);
      if (rows.length < PAGE) break;
      last = rows.at(-1)?.user_id ?? last;
    }
    return list;
  }

  async #listBehind(user: string): Promise<readonly ListRow[]> {
    return (await this.#pool.execute<ListRow>(NEXT, [user, PAGE])).rows;
  }

  async counts(): Promise<{ readonly inside: number; readonly outside: number }> {
    const [row] = (await this.#pool.execute(COUNT)).rows;
    const [inside, listed] = [Number(row?.['inside']), Number(row?.['listed'])];
    return { inside, outside: listed - inside };
  }

  /** Is the user on the list, and how? */
  async listed(user: string): Promise<boolean | undefined> {
    const sql = 'SELECT is_in FROM im_rollout_users WHERE user_id = ?';
    const [row] = (await this.#pool.execute(sql, [user])).rows;
    return row === undefined ? undefined : Number(row['is_in']) === 1;
  }

  async decide(by: RolloutRules['by'], percent: number): Promise<void> {
    await this.#pool.execute(SET, [by, percent]);
  }

  /** Puts users on the list, or changes how they are on it. @throws RolloutListFull: nothing was done */
  async put(users: readonly string[], isIn: boolean): Promise<void> {
    const { inside, outside } = await this.counts();
    if (inside + outside + users.length > MOST_LISTED)
      throw new RolloutListFull(
        `the list may have ${MOST_LISTED} users, and has ${inside + outside}: use a percentage, or let the site decide`,
      );
    await this.#each(users, async (some) => {
      const values = some.map(() => '(?, ?)').join(', ');
      await this.#pool.execute(
        `INSERT INTO im_rollout_users (user_id, is_in) VALUES ${values} ON DUPLICATE KEY UPDATE is_in = VALUES(is_in)`,
        some.flatMap((user) => [user, isIn ? 1 : 0]),
      );
    });
  }

  /** Takes users off the list: the rules count for them again. */
  async forget(users: readonly string[]): Promise<void> {
    await this.#each(users, async (some) => {
      const marks = some.map(() => '?').join(', ');
      await this.#pool.execute(`DELETE FROM im_rollout_users WHERE user_id IN (${marks})`, some);
    });
  }

  /** The version comes last: a worker that sees the new one sees the new list. */
  async #each(users: readonly string[], work: (some: string[]) => Promise<void>): Promise<void> {
    const left = [...new Set(users)];
    while (left.length > 0) await work(left.splice(0, CHUNK));
    await this.#pool.execute(TOUCH, [EVERYBODY.by, EVERYBODY.percent]);
  }
}
