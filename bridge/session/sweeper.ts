/** What happens to sessions by time alone: silent tabs end, empty sessions close, people are away, rows are written. */
import { forget } from './event-log.ts';
import type { Keeping } from './keeping.ts';
import type { Learning } from './learning.ts';
import type { Live } from './live.ts';
import { noteIdle, ownPresence } from './me.ts';
import type { Clock } from './ports.ts';
import { forgetRings } from './rings.ts';
import type { Sessions } from './sessions.ts';

/** Events older than a tab may be silent are of no use to anybody; so much longer they are kept. */
const EVENT_AGE_MARGIN = 60_000;

/** Milliseconds that a row may be behind its session. What it lacks is in the archive. */
const SAVE_AFTER = 5000;

/** Rows that are written or read at once: few of the pool's connections. */
const ROWS_AT_ONCE = 4;

export interface SweeperOptions {
  readonly sessions: Sessions;
  readonly keeping: Keeping;
  readonly learning: Learning;
  readonly clock: Clock;
  /** Seconds. */
  readonly limits: { readonly grace: number; readonly hold: number; readonly idle: number };
}

export class Sweeper {
  readonly #options: SweeperOptions;
  #isBusy = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Called every few seconds. */
  sweep(): void {
    const now = this.#options.clock();
    const live = this.#options.sessions.all;
    for (const one of live) {
      try {
        this.#sweepOne(one, now);
      } catch (error) {
        one.failed(error);
      }
    }
    const late = live.filter(({ session }) => (session.unsavedSince ?? now) < now - SAVE_AFTER);
    if (!this.#isBusy) void this.#keepUp(late, live);
  }

  /** Ends every session, with its row written: the tabs come back to the successor. */
  async closeAll(): Promise<void> {
    const { sessions } = this.#options;
    await inTurns(sessions.all, ROWS_AT_ONCE, (live) => this.#options.keeping.save(live));
    await Promise.all(sessions.all.map((live) => sessions.close(live)));
  }

  #sweepOne(live: Live, now: number): void {
    const { sessions, limits } = this.#options;
    const { session } = live;
    const silence = limits.hold * 1000 + 60_000;
    for (const tab of [...session.tabs.values()]) {
      if (tab.poll === undefined && now - tab.lastCall > silence) sessions.dropTab(live, tab);
    }
    forget(session.log, now - silence - EVENT_AGE_MARGIN);
    forgetRings(session);
    const before = ownPresence(session).show;
    if (noteIdle(session, limits.idle, now)) sessions.appear(live, before);
    if (session.emptySince !== undefined && now - session.emptySince > limits.grace * 1000)
      void sessions.close(live);
  }

  /** Writes the rows that lack something, and reads those that could not be read. */
  async #keepUp(late: readonly Live[], all: readonly Live[]): Promise<void> {
    const { keeping, learning } = this.#options;
    this.#isBusy = true;
    await inTurns(late, ROWS_AT_ONCE, (one) => keeping.save(one));
    const behind = all.filter((one) => one.behind);
    await inTurns(behind, ROWS_AT_ONCE, (one) => learning.reload(one));
    this.#isBusy = false;
  }
}

/** All of them, so many at once. */
async function inTurns<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
