/** What a session looks up in its archive: bounded, as each costs the database two queries or more. */
import { CallError, unavailable } from '../errors.ts';
import type { Message } from '../protocol/events.ts';
import type { HistoryQuery, Page, SearchQuery } from '../session/ports.ts';
import { Turns } from '../turns.ts';
import type { Archive } from './archive.ts';
import { historyOf } from './history.ts';
import { searched } from './search.ts';

/** Under way at once, and waiting. */
const LOOKUPS = 3;
const LOOKUPS_WAITING = 6;

export class Lookups {
  readonly #archive: Archive;
  readonly #patience: number;
  readonly #turns = new Turns(LOOKUPS, LOOKUPS_WAITING);

  /** @param patience milliseconds that one waits for its turn */
  constructor(archive: Archive, patience: number) {
    this.#archive = archive;
    this.#patience = patience;
  }

  /** @throws CallError `bad-request`, `unavailable` */
  history(query: HistoryQuery): Promise<Page> {
    return this.#lookUp(() => historyOf(this.#archive, query));
  }

  /** @throws CallError `unavailable` */
  search(query: SearchQuery): Promise<readonly Message[]> {
    return this.#lookUp(() => searched(this.#archive, query));
  }

  async #lookUp<T>(look: () => Promise<T>): Promise<T> {
    if ((await this.#turns.take(this.#patience)) !== 'taken') throw unavailable('too many lookups at once');
    try {
      return await look();
    } catch (error) {
      throw error instanceof CallError ? error : unavailable('the archive does not answer now', error);
    } finally {
      this.#turns.give();
    }
  }
}
