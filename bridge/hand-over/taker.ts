/** The side of a hand-over that takes over: sessions of workers that leave, and those that killed ones have left behind. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import type { Expected } from '../session/expected.ts';
import type { LiveRecord } from '../session/live.ts';
import type { Input } from '../session/ports.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Remains } from './journal-lines.ts';
import { Lines } from './lines.ts';
import { giverWord, type GiverSays, type TakerSays } from './words.ts';

/** Milliseconds until a session counts as taken whose stream is not resumed: it is here, and goes on trying. */
const RESUMED = 10_000;

export interface TakerOptions {
  readonly sessions: Sessions;
  readonly expected: Expected;
  /** A worker that leaves brings these. */
  readonly onAnnounced: (users: readonly string[], worker: number | undefined) => void;
  /** What a worker has left of this user that had the session after who brings it: that one was killed before it said so. */
  readonly later: (user: string) => Remains | undefined;
  readonly log: Log;
  /** Sessions that are resumed at once. */
  readonly window: number;
}

export class Taker {
  readonly #options: TakerOptions;
  readonly #givers = new Set<Lines>();
  #hasBegun = false;
  #announced: () => void = () => undefined;
  #announcements = 0;
  /** Is whoever has not come to be settled when the last giver has gone? Its end may be heard of before that of its line. */
  #settlesRest = false;

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  /** Somebody calls for this one: those who have it may bring it before others. */
  prefer(user: string): void {
    this.#tellAll({ type: 'want', user });
  }

  /** Listens for workers that leave, on a socket of its own. */
  listen(path: string): Promise<Server> {
    rmSync(path, { force: true });
    const server = createServer((socket) => this.#meet(socket));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        chmodSync(path, 0o600);
        resolve(server);
      });
    });
  }

  /** Resolves when so many have said whom they bring, or after so many milliseconds. */
  announcements(givers: number, patience: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      this.#announced = (): void => {
        if (this.#announcements < givers) return;
        clearTimeout(timer);
        resolve();
      };
      this.#announced();
    });
  }

  /** Calls can come in now: it may begin. */
  begin(): void {
    this.#hasBegun = true;
    this.#tellAll({ type: 'begin', window: this.#options.window });
  }

  /** Who was announced and has not come is brought by nobody any more: as soon as no worker brings anything. */
  settleRest(): void {
    this.#settlesRest = true;
    if (this.#givers.size > 0) return;
    this.#settlesRest = false;
    this.#options.expected.settleAll();
  }

  /** @param since what it has taken in after the record. Resolves when its stream has been resumed, or that was tried. */
  async take(record: LiveRecord, since: readonly Input[] = []): Promise<'taken' | 'refused'> {
    const { sessions, expected, log } = this.#options;
    const { user } = record.session;
    try {
      if (!sessions.has(user)) await inTime(sessions.moving.arrival(sessions.moving.takeOver(record, since)));
      return 'taken';
    } catch (error) {
      log.event('session-not-taken', { err: error, user });
      return 'refused';
    } finally {
      expected.settle(user);
    }
  }

  #meet(socket: Socket): void {
    const lines: Lines = new Lines(
      socket,
      (value) => this.#hear(lines, giverWord(value)),
      () => this.#ended(lines),
    );
    this.#givers.add(lines);
    if (this.#hasBegun) this.#tell(lines, { type: 'begin', window: this.#options.window });
  }

  #ended(lines: Lines): void {
    this.#givers.delete(lines);
    if (this.#settlesRest) this.settleRest();
  }

  #hear(lines: Lines, word: GiverSays): void {
    const { expected } = this.#options;
    if (word.type === 'users') {
      expected.expect(word.users);
      this.#options.onAnnounced(word.users, word.worker);
      this.#announcements += 1;
      this.#announced();
    } else if (word.type === 'none') expected.settle(word.user);
    else void this.#takeFrom(lines, word);
  }

  async #takeFrom(lines: Lines, { record, frozen }: Extract<GiverSays, { type: 'session' }>): Promise<void> {
    const { record: last, since } = this.#options.later(record.session.user) ?? { record, since: [] };
    const how = await this.take(last, since);
    metrics.handedOver.inc({ how });
    metrics.handOverPause.observe(Math.max(0, Date.now() - frozen) / 1000);
    this.#tell(lines, { type: 'done', user: record.session.user, how });
  }

  #tellAll(word: TakerSays): void {
    for (const lines of this.#givers) this.#tell(lines, word);
  }

  #tell(lines: Lines, word: TakerSays): void {
    lines.write(word).catch(() => undefined); // it has gone: what it had comes from its journal
  }
}

async function inTime(arrival: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = sleep(RESUMED, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    await Promise.race([arrival, late]);
  } finally {
    over.abort();
  }
}
