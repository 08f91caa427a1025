/** Sessions that go from one worker to another: what is said to the worker that leaves, and to the one that takes over. */
import { unavailable, type CallError } from '../errors.ts';
import type { Learning } from './learning.ts';
import type { Live, LiveRecord } from './live.ts';
import type { Opening } from './opening.ts';
import type { Openings } from './openings.ts';
import { sendAway } from './polling.ts';
import type { Input } from './ports.ts';

export interface MovingOptions {
  /** Those that are open, by user, and those that are being opened: `Sessions` has them. */
  readonly live: Map<string, Live>;
  readonly openings: Openings;
  readonly door: Opening;
  readonly learning: Learning;
}

export class Moving {
  readonly #options: MovingOptions;
  #isRetiring = false;

  constructor(options: MovingOptions) {
    this.#options = options;
  }

  /** Does another worker take over? Then nothing is opened here. */
  get isRetiring(): boolean {
    return this.#isRetiring;
  }

  /** Another worker takes over: nothing is opened here any more. Returns whose sessions are to go there. */
  retire(): string[] {
    this.#isRetiring = true;
    const { live, openings } = this.#options;
    openings.giveUp();
    return [...new Set([...live.keys(), ...openings.users])];
  }

  /** Has the session of this user gone to another worker, or would it be there? */
  isElsewhere(user: string): boolean {
    return this.#isRetiring && !this.#options.live.has(user);
  }

  /** Lets go of a session, and of those who wait in it; undefined when there is none. What is done with it is the caller's business. */
  async release(user: string): Promise<Live | undefined> {
    await this.#options.openings.settled(user);
    const live = this.#options.live.get(user);
    if (live === undefined) return undefined;
    this.#options.live.delete(user);
    for (const tab of live.session.tabs.values()) sendAway(live.session, tab);
    return live;
  }

  /** Goes on with the session of another worker (see opening.ts). @throws Error when its record can't be read */
  takeOver(record: LiveRecord, since: readonly Input[] = []): Live {
    const live = this.#options.door.takeOver(record, since);
    this.#options.live.set(live.session.user, live);
    return live;
  }

  /**
   * Resolves when its stream has been resumed, or that was tried, and it knows what stands in the user's row. A killed
   * worker may have answered what its journal does not have: all of that is in the row.
   */
  async arrival(live: Live): Promise<void> {
    await live.upstream.ready;
    if (live.behind && live.ended === undefined) await this.#options.learning.reload(live);
  }
}

/** Seconds after which who has called here finds the other worker. */
const SOON = 0.2;

export function elsewhere(): CallError {
  return unavailable('this session goes to another worker', undefined, SOON);
}
