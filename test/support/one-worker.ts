/** Sessions of one worker for unit tests: alice's row is in memory, and the test says what the XMPP side would. */
import { unavailable } from '../../bridge/errors.ts';
import { NO_JOURNAL, type Journal } from '../../bridge/session/journal.ts';
import { Keeping } from '../../bridge/session/keeping.ts';
import { Learning } from '../../bridge/session/learning.ts';
import type { Live } from '../../bridge/session/live.ts';
import type { CaughtUp, Downstream, Input, OwnPresence, Upstream } from '../../bridge/session/ports.ts';
import { Sessions } from '../../bridge/session/sessions.ts';
import type { ReadMarker, States, UserState } from '../../bridge/session/states.ts';
import { Sweeper } from '../../bridge/session/sweeper.ts';
import { limits, newUser } from './session.ts';

const RATE = { rate: 100, burst: 100 };

/** The rows of all users: alice's, and what the peers have read. */
export class RowInMemory implements States {
  row: UserState = newUser;
  loads = 0;
  /** Can the database not be asked? */
  fails = false;
  readonly asked: string[] = [];
  readonly #until = new Map<'load' | 'readBy', Promise<void>>();

  /** This question is not answered before the function that it returns is called. */
  hang(question: 'load' | 'readBy'): () => void {
    let goOn = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    this.#until.set(question, until);
    return goOn;
  }

  async load(): Promise<UserState> {
    const { row } = this;
    this.loads += 1;
    if (this.fails) throw unavailable('the database is down');
    await this.#until.get('load');
    return row;
  }

  update(_user: string, change: (stored: UserState) => UserState): Promise<UserState> {
    this.row = { ...change(this.row), version: this.row.version + 1 };
    return Promise.resolve(this.row);
  }

  async readBy(peers: readonly string[]): Promise<ReadonlyMap<string, ReadMarker>> {
    this.asked.push(...peers);
    await this.#until.get('readBy');
    return new Map();
  }
}

export class OneWorker {
  readonly rows = new RowInMemory();
  /** What the XMPP side was asked for, in order. */
  readonly shown: OwnPresence[] = [];
  readonly displayed: string[] = [];
  changesTold = 0;
  closed = 0;
  readonly faults: unknown[] = [];
  readonly keeping: Keeping;
  readonly sessions: Sessions;
  readonly sweeper: Sweeper;
  readonly #roster: readonly string[];
  readonly #history: CaughtUp['conversations'];
  #session: Downstream | undefined;

  constructor(
    roster: readonly string[] = [],
    history: CaughtUp['conversations'] = [],
    journal: Journal = NO_JOURNAL,
  ) {
    this.#roster = roster;
    this.#history = history;
    const onFault = (_user: string, error: unknown): void => {
      this.faults.push(error);
    };
    const clock = (): number => 0;
    const common = { states: this.rows, clock };
    this.keeping = new Keeping({ ...common, onFault, limits: { ui: 1000, conversations: 100 } });
    const learning = new Learning({ ...common, onFault });
    let secrets = 0;
    this.sessions = new Sessions({
      ...common,
      openUpstream: (_user, session) => this.#open(session),
      whoIs: () => Promise.resolve({ id: 'alice', name: 'Alice' }),
      keeping: this.keeping,
      learning,
      journal,
      onFault,
      secret: () => `secret-${(secrets += 1)}-of-a-test`,
      limits: { ...limits, sessions: 10, tabs: 10, grace: 60 },
      sends: RATE,
      calls: RATE,
    });
    const { sessions, keeping } = this;
    this.sweeper = new Sweeper({
      sessions,
      keeping,
      learning,
      clock,
      limits: { grace: 60, hold: 25, idle: 600 },
    });
  }

  /** Alice's session, which is open. */
  get live(): Live {
    const [live] = this.sessions.all;
    if (live === undefined) throw new Error('alice has no session');
    return live;
  }

  /** As the stream brings it. */
  hears(...inputs: readonly Input[]): void {
    for (const input of inputs) this.session.take(input);
  }

  get session(): Downstream {
    if (this.#session === undefined) throw new Error('no session has been begun');
    return this.#session;
  }

  #open(session: Downstream): Upstream {
    this.#session = session;
    return {
      ready: Promise.resolve().then(() => this.comesUp()),
      waiting: { stanzas: 0, messages: 0, iqs: 0 },
      send: () => Promise.reject(new Error('not in this test')),
      typing: () => undefined,
      displayed: (_to, cid) => this.displayed.push(cid),
      presence: (presence) => this.shown.push(presence),
      stateChanged: () => (this.changesTold += 1),
      history: () => Promise.reject(new Error('not in this test')),
      search: () => Promise.reject(new Error('not in this test')),
      standing: { up: true, resource: 'web', unacknowledged: 0, mostUnacknowledged: 10 },
      close: () => {
        this.closed += 1;
        return Promise.resolve();
      },
      record: {},
      freeze: () => Promise.resolve({}),
    };
  }

  /** A new XMPP session, set up as xmpp/set-up.ts does it. */
  async comesUp(): Promise<void> {
    const items = this.#roster.map((id) => ({ id, name: id, groups: [] }));
    this.hears({ type: 'presence-reset' }, { type: 'roster', items });
    await this.session.refresh();
    this.shown.push(this.session.known().presence);
    this.hears(
      { type: 'history', conversations: this.#history, gap: false },
      { type: 'link', connected: true },
    );
  }
}
