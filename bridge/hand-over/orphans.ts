/** What workers that were killed have left behind: taken over session by session, those first for whom somebody calls. */
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import type { Expected } from '../session/expected.ts';
import { InTurn } from './in-turn.ts';
import { journalAge, readJournal, removeJournal } from './journal-files.ts';
import { remainsIn, type Remains } from './journal-lines.ts';
import type { Taker } from './taker.ts';

export interface OrphansOptions {
  readonly dir: string;
  readonly taker: Taker;
  readonly expected: Expected;
  readonly log: Log;
  /** Milliseconds after which a journal is of no use. */
  readonly oldest: number;
  /** Sessions that are resumed at once. */
  readonly window: number;
}

export class Orphans {
  readonly #options: OrphansOptions;
  readonly #left = new InTurn<Remains & { readonly worker: number }>();
  /** Journals that have been read: what stands in them is not to be taken over twice. */
  readonly #read = new Set<number>();
  #isOver = false;

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  /** Reads what these have left: calls for it wait from now on. The newest worker's word counts, whichever ended first. */
  find(workers: readonly number[]): void {
    for (const worker of workers.filter((one) => !this.#read.has(one))) {
      this.#read.add(worker);
      for (const [user, remains] of this.#remainsOf(worker))
        if (this.#workerOf(user) < worker) this.#left.put(user, { ...remains, worker });
    }
    this.#options.expected.expect(this.#left.users);
  }

  /** Somebody calls for this one. */
  prefer(user: string): void {
    this.#left.prefer(user);
  }

  /**
   * A worker that leaves brings these, and they have gone on since; but for those that it gave to a later worker, which
   * was killed before it could say that it had them.
   */
  leaveOut(users: readonly string[], giver = Infinity): void {
    for (const user of users) if (this.#workerOf(user) < giver) this.#left.drop(user);
  }

  /** Takes out what is left of this one: it is taken over otherwise. */
  take(user: string): Remains | undefined {
    return this.#left.take(user);
  }

  /** Takes all of it over; then the journals are of no use any more. Returns whether it has come to that. */
  async adopt(workers: readonly number[]): Promise<boolean> {
    const { dir, window } = this.#options;
    await Promise.all(Array.from({ length: window }, () => this.#adoptAll()));
    if (this.#isOver) return false;
    for (const worker of workers) removeJournal(dir, worker);
    return true;
  }

  /** Another worker takes over: what is left is that one's to read. */
  stop(): void {
    this.#isOver = true;
    this.#left.clear();
  }

  /** Who left what there is of this user. */
  #workerOf(user: string): number {
    return this.#left.get(user)?.worker ?? -Infinity;
  }

  async #adoptAll(): Promise<void> {
    for (let next = this.#left.next(); next !== undefined; next = this.#left.next()) {
      const [, { record, since }] = next;
      const how = await this.#options.taker.take(record, since);
      metrics.handedOver.inc({ how: `journal-${how}` });
    }
  }

  /** A journal that can't be read is none: its sessions begin anew when their tabs connect. */
  #remainsOf(worker: number): ReadonlyMap<string, Remains> {
    const { dir, oldest, log } = this.#options;
    try {
      const age = journalAge(dir, worker);
      if (age === undefined || age <= oldest) return remainsIn(readJournal(dir, worker));
      log.event('journal-too-old', { worker });
    } catch (error) {
      log.event('journal-unreadable', { err: error, worker });
    }
    return new Map();
  }
}
