/** What workers that were killed have left behind: taken over session by session, those first for whom somebody calls. */
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import type { Expected } from '../session/expected.ts';
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
  /** The next first. */
  readonly #left = new Map<string, Remains>();

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  /** Reads what these have left: calls for it wait from now on. The newest worker's word counts. */
  find(workers: readonly number[]): void {
    for (const worker of workers.toReversed())
      for (const [user, remains] of this.#remainsOf(worker))
        if (!this.#left.has(user)) this.#left.set(user, remains);
    this.#options.expected.expect(this.#left.keys());
  }

  /** Somebody calls for this one. */
  prefer(user: string): void {
    const found = this.#left.get(user);
    if (found === undefined) return;
    const others = [...this.#left].filter(([other]) => other !== user);
    this.#left.clear();
    for (const [one, remains] of [[user, found] as const, ...others]) this.#left.set(one, remains);
  }

  /** Takes all of it over; then the journals are of no use any more. */
  async adopt(workers: readonly number[]): Promise<void> {
    const { dir, window } = this.#options;
    await Promise.all(Array.from({ length: window }, () => this.#adoptAll()));
    for (const worker of workers) removeJournal(dir, worker);
  }

  async #adoptAll(): Promise<void> {
    for (let [user] = this.#left.keys(); user !== undefined; [user] = this.#left.keys()) {
      const remains = this.#left.get(user);
      this.#left.delete(user);
      if (remains === undefined) continue;
      const how = await this.#options.taker.take(remains.record, remains.since);
      metrics.handedOver.inc({ how: `journal-${how}` });
    }
  }

  /** A journal that can't be read is none: its sessions begin anew when their tabs connect. */
  #remainsOf(worker: number): ReadonlyMap<string, Remains> {
    const { dir, oldest, log } = this.#options;
    try {
      if (journalAge(dir, worker) > oldest) {
        log.event('journal-too-old', { worker });
        return new Map();
      }
      return remainsIn(readJournal(dir, worker));
    } catch (error) {
      log.event('journal-unreadable', { err: error, worker });
      return new Map();
    }
  }
}
