/** What the page that has the connection tells the others. They hear of a poll's events before it shows them itself. */
import type { PollAnswer } from '../answers.ts';
import type { Connection } from '../connection.ts';
import type { Store } from '../store.ts';
import type { Seat, UplinkPorts } from '../uplink.ts';
import type { News, Standing, Welcome } from './messages.ts';
import type { Pages } from './pages.ts';

export interface LeaderOptions {
  readonly me: string;
  readonly pages: Pages;
  readonly store: Store;
  readonly ports: UplinkPorts;
  readonly connection: Connection;
  readonly post: (message: Welcome | News | ({ type: 'standing' } & Standing)) => void;
}

export class Leader {
  readonly #options: LeaderOptions;
  readonly #unsubscribe: () => void;

  constructor(options: LeaderOptions) {
    const { store, post } = options;
    this.#options = options;
    let told = standingOf(store);
    this.#unsubscribe = store.listeners.add(() => {
      const now = standingOf(store);
      if (now.status === told.status && now.problem === told.problem) return;
      told = now;
      post({ type: 'standing', ...now });
    });
  }

  end(): void {
    this.#unsubscribe();
  }

  /** To one page, or to all. */
  welcome(to?: string): void {
    const { pages, store, connection, post } = this.#options;
    const { seat } = connection;
    const { snapshot } = store.state;
    post({
      type: 'welcome',
      ...(to !== undefined && { to }),
      ...standingOf(store),
      pages: pages.list,
      ...(seat !== undefined && snapshot !== undefined && { place: { seat, snapshot } }),
    });
  }

  /** There is a new snapshot, or the connection is good again. */
  seated(isNewTab: boolean): void {
    this.welcome();
    this.#options.ports.seated(isNewTab);
  }

  /** `seat` has the cursor that was polled with. */
  polled({ cursor, events, ring }: PollAnswer, seat: Seat): void {
    const { me, pages, ports, post } = this.#options;
    const ringer = pages.last ?? me;
    if (events.length > 0)
      post({ type: 'news', tab: seat.tab, after: seat.cursor, cursor, events, ring, ringer });
    ports.polled({ events, ring: ringer === me ? ring : [] });
  }
}

function standingOf({ state: { status, problem } }: Store): Standing {
  return { status, ...(problem !== undefined && { problem }) };
}
