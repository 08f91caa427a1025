/** One row for each user: what stays when all tabs are closed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable, CallError } from '../errors.ts';
import type { MysqlPool, Row } from '../mysql/pool.ts';
import type { KeptConversation, ReadMarker, States, UserState } from '../session/states.ts';
import { InOrder, type InOrderOptions } from './in-order.ts';

const FIND =
  'SELECT version, presence, ui, ui_version, newest, conversations FROM im_user_state WHERE user_id = ?';
const INSERT = `INSERT IGNORE INTO im_user_state (presence, ui, ui_version, newest, conversations, user_id, version)
  VALUES (?, ?, ?, ?, ?, ?, 1)`;
/** Who has read an older version writes nothing, and reads again. */
const UPDATE = `UPDATE im_user_state SET presence = ?, ui = ?, ui_version = ?, newest = ?, conversations = ?, version = version + 1
  WHERE user_id = ? AND version = ?`;

/** Others that write the same row at the same time: a worker each. */
const TRIES = 10;

/** Milliseconds at the most between two tries. */
const PAUSE = 20;

/** Writes of one user that wait: one for each of the tabs that people have (`limits.tabs`). */
const WRITES_WAITING = 50;

/** Milliseconds that a write waits for those before it: a database that answers does fifty in less. */
const PATIENCE = 5000;

const NEW: UserState = { version: 0, presence: { show: 'online' }, ui: {}, uiVersion: 0, conversations: [] };

interface StateRow extends Row {
  readonly version: number;
  readonly presence: string;
  readonly ui: string;
  readonly ui_version: number;
  readonly newest: string;
  readonly conversations: string;
}

export class UserStates implements States {
  readonly #pool: MysqlPool;
  /** The writes of a user by this process. */
  readonly #writes: InOrder;

  /** @param onRefused a write was not begun: others of the same user are stuck */
  constructor(pool: MysqlPool, onRefused: InOrderOptions['onRefused'] = () => undefined) {
    this.#pool = pool;
    this.#writes = new InOrder({ waiting: WRITES_WAITING, patience: PATIENCE, onRefused });
  }

  async load(user: string): Promise<UserState> {
    const { rows } = await this.#ask(() => this.#pool.execute<StateRow>(FIND, [user]));
    const [row] = rows;
    return row === undefined ? NEW : stateOf(row);
  }

  update(user: string, change: (stored: UserState) => UserState): Promise<UserState> {
    return this.#writes.run(user, () => this.#write(user, change));
  }

  async readBy(peers: readonly string[], user: string): Promise<ReadonlyMap<string, ReadMarker>> {
    const marks = peers.map(() => '?').join(', ');
    const sql = `SELECT user_id, conversations FROM im_user_state WHERE user_id IN (${marks})`;
    const { rows } = await this.#ask(() => this.#pool.execute<StateRow & { user_id: string }>(sql, peers));
    const markers = rows.flatMap(({ user_id: peer, conversations }) => {
      const kept = (JSON.parse(conversations) as KeptConversation[]).find((other) => other.with === user);
      return kept?.readAt === undefined ? [] : [[peer, markerOf(kept, kept.readAt)] as const];
    });
    return new Map(markers);
  }

  async #write(user: string, change: (stored: UserState) => UserState): Promise<UserState> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const state = await this.load(user);
      const { version } = state;
      const next = { ...change(state), version: version + 1 };
      const [sql, end] = version === 0 ? [INSERT, []] : [UPDATE, [version]];
      const { affectedRows } = await this.#ask(() =>
        this.#pool.execute(sql, [...columnsOf(next), user, ...end]),
      );
      if (affectedRows === 1) return next;
      await sleep(Math.random() * PAUSE);
    }
    throw unavailable('others write this user’s state all the time');
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof CallError
        ? error
        : unavailable('what you see and set can’t be stored now', error);
    }
  }
}

function stateOf({ version, presence, ui, ui_version, newest, conversations }: StateRow): UserState {
  const known = JSON.parse(newest) as NonNullable<UserState['newest']> | null;
  return {
    version,
    presence: JSON.parse(presence) as UserState['presence'],
    ui: JSON.parse(ui) as UserState['ui'],
    uiVersion: ui_version,
    ...(known !== null && { newest: known }),
    conversations: JSON.parse(conversations) as KeptConversation[],
  };
}

function columnsOf({ presence, ui, uiVersion, newest, conversations }: UserState): (string | number)[] {
  return [
    JSON.stringify(presence),
    JSON.stringify(ui),
    uiVersion,
    JSON.stringify(newest ?? null),
    JSON.stringify(conversations),
  ];
}

function markerOf({ readCid }: KeptConversation, at: string): ReadMarker {
  return { at, ...(readCid !== undefined && { cid: readCid }) };
}
