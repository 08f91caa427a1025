/**
 * How often a password may be guessed. ejabberd tells the script no address, so it is counted for each user, by
 * all processes together in MySQL; while MySQL does not answer, each process counts for itself. Tickets are never
 * counted: whoever guesses at a name keeps nobody out of the web chat.
 */
import type { Log } from '../../bridge/log.ts';
import type { Limits } from '../../bridge/config/schema.ts';

export interface Tries {
  /** Takes one try; false when none is left in this window. Never rejects. */
  take(user: string): Promise<boolean>;
  /** It was the right password, or nobody could say: it does not count. */
  giveBack(user: string): void;
}

/** What MySQL counts. Rejects while it does not answer. */
export interface SharedCount {
  take(user: string): Promise<boolean>;
  giveBack(user: string): Promise<void>;
}

interface Window {
  tries: number;
  readonly since: number;
}

/** Names that a process counts at once; above that the oldest is forgotten, not the newest let in. */
const MAX_NAMES = 10_000;
/** Milliseconds between two lines of the log that say that MySQL is down. */
const REMIND_EVERY = 60_000;

/** The count of one process. */
export class OwnCount {
  readonly #windows = new Map<string, Window>();
  readonly #limit: number;
  readonly #milliseconds: number;

  constructor({ passwordTries, passwordWindow }: Pick<Limits, 'passwordTries' | 'passwordWindow'>) {
    this.#limit = passwordTries;
    this.#milliseconds = passwordWindow * 1000;
  }

  /** @param now monotonic milliseconds. */
  take(user: string, now: number): boolean {
    const window = this.#windowOf(user, now);
    window.tries = Math.min(window.tries + 1, this.#limit + 1);
    return window.tries <= this.#limit;
  }

  giveBack(user: string): void {
    const window = this.#windows.get(user);
    if (window !== undefined && window.tries > 0) window.tries -= 1;
  }

  #windowOf(user: string, now: number): Window {
    const known = this.#windows.get(user);
    if (known !== undefined && now - known.since < this.#milliseconds) return known;
    this.#windows.delete(user); // set again below: the newest stands last
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined && this.#windows.size >= MAX_NAMES) this.#windows.delete(oldest);
    const window = { tries: 0, since: now };
    this.#windows.set(user, window);
    return window;
  }
}

/** The word of all processes where there is one, of this process where not. */
export class CountedTries implements Tries {
  readonly #own: OwnCount;
  readonly #shared: SharedCount;
  readonly #log: Log;
  #reminded = -Infinity;

  constructor(own: OwnCount, shared: SharedCount, log: Log) {
    this.#own = own;
    this.#shared = shared;
    this.#log = log;
  }

  async take(user: string): Promise<boolean> {
    const ownWord = this.#own.take(user, performance.now());
    try {
      return await this.#shared.take(user);
    } catch (error) {
      this.#remind(error);
      return ownWord;
    }
  }

  giveBack(user: string): void {
    this.#own.giveBack(user);
    this.#shared.giveBack(user).catch((error: unknown) => this.#remind(error));
  }

  #remind(error: unknown): void {
    const now = performance.now();
    if (now - this.#reminded < REMIND_EVERY) return;
    this.#reminded = now;
    this.#log.event('tries-not-shared', { err: error });
  }
}
