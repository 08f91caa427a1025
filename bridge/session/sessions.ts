/**
 * The sessions of this process, by user, and their tabs: opening (see opening.ts), attaching, and closing.
 * What goes to other workers and comes from them: moving.ts.
 *
 * A session lives: opening (its XMPP session is being set up) -> open -> empty (no tab: kept for the grace
 * time, so that a page load is no log-out) -> closed. Nothing but `connect` opens one.
 */
import { CallError, gone, unavailable } from '../errors.ts';
import type { EventBody } from '../protocol/events.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import type { Keeping } from './keeping.ts';
import { answerWithEvents, happen, type Live } from './live.ts';
import { meEvents, noteActivity, ownPresence } from './me.ts';
import { Opening, type OpeningOptions } from './opening.ts';
import { Openings } from './openings.ts';
import { positionOf } from './event-log.ts';
import { elsewhere, Moving } from './moving.ts';
import { cursorGone, poll, timeUp } from './polling.ts';
import type { Session, SessionLimits } from './session.ts';
import { answer, createTab, type Deliver, type Tab } from './tab.ts';
import { snapshotOf } from './tell.ts';

export interface SessionsOptions extends OpeningOptions {
  readonly keeping: Keeping;
  readonly limits: SessionLimits & {
    readonly sessions: number;
    readonly tabs: number;
    /** Seconds that a session without a tab is kept, and one that is being opened is waited for. */
    readonly grace: number;
  };
  /** Somebody was refused. */
  readonly onFull?: (of: 'sessions' | 'tabs-of-user') => void;
}

export interface Attached {
  readonly tab: string;
  readonly cursor: string;
  readonly snapshot: Snapshot;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #live = new Map<string, Live>();
  readonly #openings: Openings;
  /** Are new sessions opened here? Those that there are go on in any case. */
  admits = true;
  readonly #door: Opening;
  /** From and to other workers. */
  readonly moving: Moving;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#openings = new Openings({ ...options, open: (user) => this.#open(user) });
    this.#door = new Opening(options, {
      ended: (live) => void this.close(live),
      isWanted: (user) => this.#openings.isWanted(user),
    });
    const { learning } = options;
    this.moving = new Moving({ live: this.#live, openings: this.#openings, door: this.#door, learning });
  }

  /** All that are open, as they are now. */
  get all(): Live[] {
    return [...this.#live.values()];
  }

  /** How many are being opened. */
  get opening(): number {
    return this.#openings.size;
  }

  /** A new tab for a user who has shown a token. Opens the session when there is none. */
  async connect(user: string): Promise<Attached> {
    const live = this.#live.get(user) ?? (await this.#openings.arrival(user));
    if (this.moving.isElsewhere(user)) throw elsewhere();
    const { session } = live;
    if (session.tabs.size >= this.#options.limits.tabs) {
      this.#options.onFull?.('tabs-of-user');
      throw new CallError('too-many-tabs', 'this user has too many tabs open: close one', { retryAfter: 10 });
    }
    const tab = createTab(this.#options.secret(), session.log.last, this.#options.clock());
    session.tabs.set(tab.id, tab);
    session.emptySince = undefined;
    this.#options.traceOf?.(user)?.('tab-opened', { tabs: session.tabs.size });
    this.noteActivity(live);
    this.#options.journal.flush(); // its id is told: it has to be good in the next worker too
    return this.#attach(session, tab);
  }

  /** A whole snapshot for a tab that is known already. */
  reconnect(user: string, tabId: string): Attached {
    const { live, tab } = this.find(user, tabId);
    answer(tab, { superseded: true });
    this.#options.traceOf?.(user)?.('tab-opened', { tabs: live.session.tabs.size, again: true });
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
    if (this.moving.isElsewhere(user)) throw elsewhere();
    if (live === undefined || tab === undefined) throw gone('this tab is not known here: connect');
    tab.lastCall = this.#options.clock();
    tab.absent = false;
    return { live, tab };
  }

  /**
   * Reads on from a cursor (see polling.ts). Returns what takes the held poll back.
   *
   * @throws CallError `gone`: the tab is not known, or its cursor can't be served.
   */
  poll(user: string, tabId: string, cursor: string, deliver: Deliver): () => void {
    const { live, tab } = this.find(user, tabId);
    poll(live.session, tab, cursor, deliver);
    return () => {
      tab.lastCall = this.#options.clock();
      if (tab.poll !== deliver) return;
      tab.poll = undefined;
      tab.absent = true;
    };
  }

  /** Could this be read on from? @throws CallError `gone` */
  check(user: string, tabId: string, cursor: string): void {
    const { live } = this.find(user, tabId);
    if (positionOf(live.session.log, cursor) === undefined) throw cursorGone();
  }

  timeUp(user: string, tabId: string, deliver: Deliver): void {
    const { live, tab } = this.find(user, tabId);
    timeUp(live.session, tab, deliver);
  }

  leave(user: string, tabId: string): void {
    const { live, tab } = this.find(user, tabId);
    this.dropTab(live, tab);
  }

  /** Says whether the person is at this tab. */
  setActive(user: string, tabId: string, active: boolean): void {
    const { live, tab } = this.find(user, tabId);
    tab.active = active;
    if (active) tab.activeAt = this.#options.clock();
    this.noteActivity(live);
  }

  /** The session of a user without one does nothing. */
  tell(user: string, event: EventBody): void {
    const live = this.#live.get(user);
    if (live !== undefined) happen(live, [event], this.#options.clock());
  }

  dropTab(live: Live, tab: Tab): void {
    const { session } = live;
    session.tabs.delete(tab.id);
    answer(tab, { gone: true });
    this.#options.traceOf?.(session.user)?.('tab-closed', { tabs: session.tabs.size });
    if (session.tabs.size === 0) session.emptySince = this.#options.clock();
    this.noteActivity(live);
  }

  /** After something that says whether the person is there: friends see them so. */
  noteActivity(live: Live): void {
    const before = ownPresence(live.session);
    noteActivity(live.session, this.#options.clock());
    live.changed();
    this.appear(live, before.show);
  }

  /** Shows the user as they are now, if that is another than before. */
  appear(live: Live, before: string): void {
    const presence = ownPresence(live.session);
    if (presence.show === before) return;
    live.changed();
    happen(live, meEvents(live.session), this.#options.clock());
    live.upstream.presence(presence);
  }

  /** Ends a session: held polls are answered, so that the tabs come back to the successor. */
  async close(live: Live): Promise<void> {
    const { session, upstream } = live;
    if (this.#live.get(session.user) === live) this.#live.delete(session.user);
    this.#options.traceOf?.(session.user)?.('session-closed', { tabs: session.tabs.size });
    this.#options.journal.ended(session.user);
    for (const tab of session.tabs.values()) {
      answerWithEvents(session, tab);
      answer(tab, { gone: true });
    }
    session.tabs.clear();
    await Promise.all([this.#options.keeping.save(live), upstream.close()]);
  }

  /** Ends the session of a user, and tells the tabs why. Returns false when there is none, or none soon. */
  async dismiss(user: string, reason: 'kicked' | 'removed'): Promise<boolean> {
    await this.#openings.soon(user);
    const live = this.#live.get(user);
    if (live === undefined) return false;
    happen(live, [{ type: 'bye', reason }], this.#options.clock());
    await this.close(live);
    return true;
  }

  /** The open session of a user. */
  of(user: string): Live | undefined {
    return this.#live.get(user);
  }

  has(user: string): boolean {
    return this.#live.has(user);
  }

  async #open(user: string): Promise<Live> {
    if (this.moving.isRetiring) throw elsewhere();
    if (!this.admits) throw unavailable('this worker takes no new sessions: another one does');
    if (this.#live.size + this.#openings.size >= this.#options.limits.sessions) {
      this.#options.onFull?.('sessions');
      throw unavailable('the chat is full at the moment', undefined, 30);
    }
    const live = await this.#door.open(user);
    if (live.ended !== undefined) throw endedFault(live.ended);
    live.session.emptySince = this.#options.clock(); // who has waited for it may have to come again
    this.#live.set(user, live);
    return live;
  }
}

/** For who wanted to come in while their session was ended. */
function endedFault(reason: NonNullable<Live['ended']>): CallError {
  if (reason === 'kicked') return unavailable('this session was ended by an administrator');
  return new CallError('bad-token', `this user is to go (${reason}): get a fresh token from the site`);
}
