/**
 * What a session learns from rows that others have written: the user's own, by another worker, and the peers'.
 *
 * A worker that writes tells the others by a headline, which nobody gets whose link is down. So the row is read
 * before a new XMPP session shows the user, and when it is up, for what was written in between.
 */
import { isPast } from './conversations.ts';
import { storedEvents } from './kept.ts';
import { happen, type Live } from './live.ts';
import { meEvents, ownPresence } from './me.ts';
import type { Clock } from './ports.ts';
import { markerEvents } from './receipts.ts';
import { known } from './roster.ts';
import type { States, UserState } from './states.ts';

export interface LearningOptions {
  readonly states: States;
  readonly clock: Clock;
  /** A row could not be read; the user's own is read later (sweeper.ts). */
  readonly onFault: (user: string, error: unknown) => void;
}

export class Learning {
  readonly #options: LearningOptions;

  constructor(options: LearningOptions) {
    this.#options = options;
  }

  /** The row as it is now. @throws CallError `unavailable` */
  async refresh(live: Live): Promise<void> {
    const stored = await this.#options.states.load(live.session.user);
    const now = this.#options.clock();
    happen(live, storedEvents(live.session, stored), now);
    learnPresence(live, stored, now);
  }

  /** Another worker has written the user's row. However often it says so, one reading is under way, and one waits. */
  async reload(live: Live): Promise<void> {
    live.reloadAgain = true;
    if (live.reloading) return;
    live.reloading = true;
    while (live.reloadAgain && live.ended === undefined) {
      live.reloadAgain = false;
      live.behind = !(await this.#tolerating(live, () => this.refresh(live)));
    }
    live.reloading = false;
  }

  /** What was said between the workers while the link was down, by any of them, may have reached nobody. */
  linkUp(live: Live): void {
    if (live.written) live.upstream.stateChanged();
    live.written = false;
    void this.reload(live);
  }

  /** Looks how far those friends have read who were written to last, and did not say so. */
  async askReadMarkers(live: Live): Promise<void> {
    const { session } = live;
    const open = session.view.conversations.filter(({ with: peer, messages, peerReadUpTo }) => {
      if (known(session, peer) === undefined) return false;
      const lastOwn = messages.findLast(({ from }) => from === session.user);
      return lastOwn !== undefined && isPast(lastOwn.id, peerReadUpTo);
    });
    if (open.length === 0) return;
    await this.#tolerating(live, async () => {
      const peers = open.map(({ with: peer }) => peer);
      const markers = await this.#options.states.readBy(peers, session.user);
      const events = [...markers].flatMap(([peer, marker]) => markerEvents(session, peer, marker));
      happen(live, events, this.#options.clock());
    });
  }

  /** Returns whether it worked. */
  async #tolerating(live: Live, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#options.onFault(live.session.user, error);
      return false;
    }
  }
}

/** How the person chose to appear, unless something later is known: answers of the database may overtake each other. */
export function learnPresence(live: Live, { version, presence }: UserState, now: number): void {
  const { session, upstream } = live;
  if (version <= session.stateVersion) return;
  session.stateVersion = version;
  if (JSON.stringify(presence) === JSON.stringify(session.chosen)) return;
  session.chosen = presence;
  live.changed();
  happen(live, meEvents(session), now);
  upstream.presence(ownPresence(session));
}
