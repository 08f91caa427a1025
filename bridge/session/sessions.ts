/**
 * The sessions of this process, by user: opening, attaching tabs, waking polls, and sweeping what is over.
 *
 * A session lives: opening (its XMPP session is being set up) -> open -> empty (no tab: kept for the grace
 * time, so that a page load is no log-out) -> closed. Nothing but `connect` opens one.
 */
import { CallError, gone, unavailable } from '../errors.ts';
import type { EventBody } from '../protocol/events.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { forget, positionOf, since, cursorOf } from './event-log.ts';
import type { Clock, Input, OpenUpstream, Upstream, WhoIs } from './ports.ts';
import { fullBucket, type Rate } from './rate.ts';
import { createSession, snapshotOf, take, tell, type Session, type SessionLimits } from './session.ts';
import { answer, createTab, type Deliver, type Tab } from './tab.ts';

/** Events older than a tab may be silent are of no use to anybody; so much longer they are kept. */
const EVENT_AGE_MARGIN = 60_000;

export interface SessionsOptions {
  readonly openUpstream: OpenUpstream;
  readonly whoIs: WhoIs;
  readonly clock: Clock;
  /** A new secret of 128 random bits or more, as text. */
  readonly secret: () => string;
  readonly limits: SessionLimits & {
    readonly sessions: number;
    readonly tabs: number;
    readonly grace: number;
    readonly hold: number;
  };
  readonly sends: Rate;
  /** Told of every event, for counting. */
  readonly onEvent?: (event: EventBody) => void;
}

export interface Attached {
  readonly tab: string;
  readonly cursor: string;
  readonly snapshot: Snapshot;
}

/** A session with its XMPP side. */
export interface Live {
  readonly session: Session;
  readonly upstream: Upstream;
  /** Are its polls to be woken at the end of this turn? */
  waking: boolean;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #live = new Map<string, Live>();
  readonly #opening = new Map<string, Promise<Live>>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#live.size;
  }

  get tabs(): number {
    let sum = 0;
    for (const { session } of this.#live.values()) sum += session.tabs.size;
    return sum;
  }

  /** Sessions whose link to the XMPP server is up. */
  get connected(): number {
    let sum = 0;
    for (const { session } of this.#live.values()) sum += session.view.connected ? 1 : 0;
    return sum;
  }

  /** A new tab for a user who has shown a token. Opens the session when there is none. */
  async connect(user: string): Promise<Attached> {
    const live = this.#live.get(user) ?? (await this.#open(user));
    const { session } = live;
    if (session.tabs.size >= this.#options.limits.tabs) {
      throw new CallError('too-many-tabs', 'this user has too many tabs open: close one', { retryAfter: 10 });
    }
    const tab = createTab(this.#options.secret(), session.log.last, this.#options.clock());
    session.tabs.set(tab.id, tab);
    session.emptySince = undefined;
    return this.#attach(session, tab);
  }

  /** A whole snapshot for a tab that is known already. */
  reconnect(user: string, tabId: string): Attached {
    const { live, tab } = this.find(user, tabId);
    answer(tab, { superseded: true });
    return this.#attach(live.session, tab);
  }

  #attach(session: Session, tab: Tab): Attached {
    session.watched = true;
    tab.seen = session.log.last;
    return { tab: tab.id, ...snapshotOf(session) };
  }

  /**
   * The session and tab of a call.
   *
   * @throws CallError `gone`: the tab is not known here.
   */
  find(user: string, tabId: string): { live: Live; tab: Tab } {
    const live = this.#live.get(user);
    const tab = live?.session.tabs.get(tabId);
    if (live === undefined || tab === undefined) throw gone('this tab is not known here: connect');
    tab.lastCall = this.#options.clock();
    return { live, tab };
  }

  /**
   * Reads on from a cursor, which acknowledges what came before it: answers at once when there are events,
   * else holds `deliver` until there are. Returns what takes the held poll back.
   *
   * @throws CallError `gone`: the tab is not known, or its cursor can't be served.
   */
  poll(user: string, tabId: string, cursor: string, deliver: Deliver): () => void {
    const { live, tab } = this.find(user, tabId);
    const { log } = live.session;
    const n = positionOf(log, cursor);
    if (n === undefined) throw gone('this cursor can’t be served any more: connect');
    answer(tab, { superseded: true });
    tab.seen = n;
    tab.poll = deliver;
    if (n < log.last) answerWithEvents(live.session, tab);
    return () => {
      tab.lastCall = this.#options.clock();
      if (tab.poll === deliver) tab.poll = undefined;
    };
  }

  /** Answers a poll whose time is over: with nothing, or with what came this very moment. */
  timeUp(user: string, tabId: string, deliver: Deliver): void {
    const { live, tab } = this.find(user, tabId);
    if (tab.poll !== deliver) return;
    answerWithEvents(live.session, tab);
    answer(tab, { cursor: cursorOf(live.session.log), events: [] });
  }

  leave(user: string, tabId: string): void {
    const { live, tab } = this.find(user, tabId);
    this.#dropTab(live.session, tab);
  }

  /** Makes an event happen to a user, if there is a session. */
  tell(user: string, event: EventBody): void {
    const live = this.#live.get(user);
    if (live === undefined) return;
    tell(live.session, event, this.#options.clock());
    this.#told(live, [event]);
  }

  /** Drops silent tabs, old events, and sessions that have been empty for the grace time. Called every few seconds. */
  sweep(): void {
    const now = this.#options.clock();
    const silence = this.#options.limits.hold * 1000 + 60_000;
    for (const live of [...this.#live.values()]) {
      const { session } = live;
      for (const tab of [...session.tabs.values()]) {
        if (tab.poll === undefined && now - tab.lastCall > silence) this.#dropTab(session, tab);
      }
      forget(session.log, now - silence - EVENT_AGE_MARGIN);
      if (session.emptySince !== undefined && now - session.emptySince > this.#options.limits.grace * 1000)
        void this.#close(live);
    }
  }

  /** Ends every session: held polls are answered, so that the tabs come back to the successor. */
  async close(): Promise<void> {
    await Promise.all([...this.#live.values()].map((live) => this.#close(live)));
  }

  async #open(user: string): Promise<Live> {
    const opening = this.#opening.get(user) ?? this.#start(user);
    this.#opening.set(user, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(user);
    }
  }

  async #start(user: string): Promise<Live> {
    const { limits, clock } = this.#options;
    if (this.#live.size + this.#opening.size >= limits.sessions) {
      throw unavailable('the chat is full at the moment', undefined, 30);
    }
    const me = await this.#options.whoIs(user);
    if (me === undefined) throw new CallError('bad-token', 'the site knows no such account');
    const now = clock();
    const session = createSession({
      user,
      epoch: this.#options.secret().slice(0, 12),
      me,
      limits,
      sends: fullBucket(this.#options.sends, now),
      now,
    });
    const upstream = this.#options.openUpstream(user, (input) => this.#take(live, input));
    const live: Live = { session, upstream, waking: false };
    await this.#whenReady(live);
    this.#live.set(user, live);
    return live;
  }

  async #whenReady({ upstream }: Live): Promise<void> {
    try {
      await upstream.ready;
    } catch (error) {
      await upstream.close();
      throw error;
    }
  }

  #take(live: Live, input: Input): void {
    const events = take(live.session, input, this.#options.clock());
    this.#told(live, events);
    if (input.type === 'ended') void this.#close(live);
  }

  #told(live: Live, events: readonly EventBody[]): void {
    if (events.length === 0) return;
    if (this.#options.onEvent !== undefined) events.forEach(this.#options.onEvent);
    if (live.waking) return;
    live.waking = true;
    // At the end of this turn: all that one chunk of the stream brought goes out in one answer.
    setImmediate(() => {
      live.waking = false;
      for (const tab of live.session.tabs.values()) answerWithEvents(live.session, tab);
    });
  }

  #dropTab(session: Session, tab: Tab): void {
    session.tabs.delete(tab.id);
    answer(tab, { gone: true });
    if (session.tabs.size === 0) session.emptySince = this.#options.clock();
  }

  async #close(live: Live): Promise<void> {
    const { session, upstream } = live;
    if (this.#live.get(session.user) === live) this.#live.delete(session.user);
    for (const tab of session.tabs.values()) {
      answerWithEvents(session, tab);
      answer(tab, { gone: true });
    }
    session.tabs.clear();
    await upstream.close();
  }
}

function answerWithEvents(session: Session, tab: Tab): void {
  if (tab.poll === undefined || tab.seen >= session.log.last) return;
  const events = since(session.log, tab.seen);
  answer(tab, events === undefined ? { gone: true } : { cursor: cursorOf(session.log), events });
}
