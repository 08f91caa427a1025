/** What a user sent lately, by cid: in MySQL, so that it outlives a lost answer, a deploy and a crash. */
import { createHash } from 'node:crypto';
import type { MysqlPool, Row } from '../mysql/pool.ts';
import type { Accepted, OutgoingMessage, SentMessages, SentState } from '../session/ports.ts';

const BEGIN = 'INSERT IGNORE INTO im_sent (user_id, cid, content) VALUES (?, ?, UNHEX(?))';
const FIND = `SELECT HEX(content) AS content, message_id, sent_at,
  CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) - UNIX_TIMESTAMP(begun_at) AS SIGNED) AS age FROM im_sent WHERE user_id = ? AND cid = ?`;
const ACCEPTED = 'UPDATE im_sent SET message_id = ?, sent_at = ? WHERE user_id = ? AND cid = ?';
const REFUSED = 'DELETE FROM im_sent WHERE user_id = ? AND cid = ? AND message_id IS NULL';
/** In small steps: one long DELETE would hold locks that senders wait for. */
const PRUNE = 'DELETE FROM im_sent WHERE begun_at < CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY LIMIT 1000';

/** Steps at the most in one go: more than people write in a minute. */
const PRUNE_STEPS = 100;

interface SentRow extends Row {
  readonly content: string;
  readonly message_id: string | null;
  readonly sent_at: string | null;
  readonly age: number;
}

export class MysqlSentMessages implements SentMessages {
  readonly #pool: MysqlPool;

  constructor(pool: MysqlPool) {
    this.#pool = pool;
  }

  async begin(user: string, message: OutgoingMessage): Promise<SentState> {
    const content = digest(message);
    const { affectedRows } = await this.#pool.execute(BEGIN, [user, message.cid, content]);
    if (affectedRows === 1) return { state: 'new' };
    const { rows } = await this.#pool.execute<SentRow>(FIND, [user, message.cid]);
    const [row] = rows;
    if (row === undefined) return { state: 'begun', age: 0 }; // pruned or refused between the two statements
    if (row.content !== content) return { state: 'conflict' };
    if (row.message_id === null || row.sent_at === null) return { state: 'begun', age: Math.max(0, row.age) };
    return { state: 'accepted', answer: { id: row.message_id, at: row.sent_at } };
  }

  async accepted(user: string, cid: string, { id, at }: Accepted): Promise<void> {
    await this.#pool.execute(ACCEPTED, [id, at, user, cid]);
  }

  async refused(user: string, cid: string): Promise<void> {
    await this.#pool.execute(REFUSED, [user, cid]);
  }

  /** Forgets what is older than a day. Called now and then; returns how many rows went. */
  async prune(): Promise<number> {
    let pruned = 0;
    for (let step = 0; step < PRUNE_STEPS; step += 1) {
      const { affectedRows } = await this.#pool.execute(PRUNE);
      pruned += affectedRows;
      if (affectedRows < 1000) break;
    }
    return pruned;
  }
}

/** Upper-case hex, as MySQL's HEX() gives it. The receiver's id has no newline. */
function digest({ to, body }: OutgoingMessage): string {
  return createHash('sha256').update(`${to}\n${body}`).digest('hex').toUpperCase();
}
