/**
 * What a person does that stays: read markers, UI state, how they appear. It is stored before it is answered, told to
 * the tabs when it is stored, and to the user's other workers after that. The rest of the row, which the archive can
 * tell again (how far the session has seen, and the counts), follows within seconds.
 */
import { badRequest, CallError } from '../errors.ts';
import type { EventBody, Message } from '../protocol/events.ts';
import { applyEvent, type ConversationView } from '../protocol/snapshot.ts';
import { conversationWith, isPast, readEvents } from './conversations.ts';
import { messageRead, progressOf, uiEvents, withProgress, withTold, type Progress } from './kept.ts';
import { happen, type Live } from './live.ts';
import { learnPresence } from './learning.ts';
import type { Clock, OwnPresence } from './ports.ts';
import { known } from './roster.ts';
import type { Session } from './session.ts';
import type { States, UserState } from './states.ts';

/** Code units of a key of the UI state. */
const MAX_KEY = 64;

export interface KeepingOptions {
  readonly states: States;
  readonly clock: Clock;
  /** Bytes of the UI state, and conversations, that are kept of a user. */
  readonly limits: { readonly ui: number; readonly conversations: number };
  /** A row could not be read or written; it is tried again, or was told to who asked. */
  readonly onFault: (user: string, error: unknown) => void;
}

export type UiState = Readonly<Record<string, unknown>>;

export class Keeping {
  readonly #options: KeepingOptions;

  constructor(options: KeepingOptions) {
    this.#options = options;
  }

  /**
   * Moves the read marker, forward only. Returns how many are unread after it.
   *
   * @throws CallError `bad-request` for a message that is not there yet, `unavailable`
   */
  async read(live: Live, peer: string, upTo: string): Promise<number> {
    const { session, upstream } = live;
    const conversation = conversationWith(session, peer);
    if (conversation === undefined) return 0; // one that is too old to be counted
    const last = conversation.messages.at(-1)?.id ?? session.newest?.id;
    if (last === undefined || isPast(upTo, last)) throw badRequest('upTo is no message of this conversation');
    if (!isPast(upTo, conversation.readUpTo)) return conversation.unread;
    const progress = progressOf(readIn(session, conversation, upTo));
    const message = messageRead(session, peer, upTo);
    const told = message === undefined || known(session, peer) === undefined ? [] : [message];
    await this.#update(live, (stored) => this.#withProgress(stored, progress, told));
    const now = conversationWith(session, peer);
    const unsaved = session.unsavedSince;
    this.#happen(live, now === undefined ? [] : readEvents(now, upTo));
    session.unsavedSince = unsaved; // this has been stored
    if (message?.cid !== undefined) upstream.displayed(peer, message.cid);
    return conversationWith(session, peer)?.unread ?? 0;
  }

  /**
   * Sets keys of the UI state; null removes one. Of two who write, the last wins, key by key. Returns the version.
   *
   * @throws CallError `bad-request`, `too-large`, `unavailable`
   */
  async setUi(live: Live, set: UiState): Promise<number> {
    const bad = Object.keys(set).find(
      (key) => key.length === 0 || key.length > MAX_KEY || key === '__proto__',
    );
    if (bad !== undefined) throw badRequest(`each key of set must have 1 to ${MAX_KEY} characters`);
    const state = await this.#update(live, (stored) => this.#withUi(stored, set));
    this.#happen(live, uiEvents(live.session, state));
    return state.uiVersion;
  }

  #withUi(stored: UserState, set: UiState): UserState {
    const ui = Object.fromEntries(
      Object.entries({ ...stored.ui, ...set }).filter(([, value]) => value !== null),
    );
    const most = this.#options.limits.ui;
    if (Buffer.byteLength(JSON.stringify(ui)) > most)
      throw new CallError(
        'too-large',
        `the UI state has ${most} bytes at the most: remove keys that are not needed`,
      );
    return { ...stored, ui, uiVersion: stored.uiVersion + 1 };
  }

  /** @throws CallError `unavailable` */
  async choosePresence(live: Live, presence: OwnPresence): Promise<void> {
    await this.#update(live, (stored) => ({ ...stored, presence }));
  }

  /** Writes how far the session is, when that has changed. */
  async save(live: Live): Promise<void> {
    const { session } = live;
    const since = session.unsavedSince;
    if (since === undefined) return;
    session.unsavedSince = undefined;
    const progress = progressOf(session);
    const told = new Map(session.told);
    try {
      await this.#options.states.update(session.user, (stored) =>
        this.#withProgress(stored, progress, [...told.values()]),
      );
      for (const [peer, message] of told) if (session.told.get(peer) === message) session.told.delete(peer);
    } catch (error) {
      session.unsavedSince ??= since;
      this.#options.onFault(session.user, error);
    }
  }

  /** @param read messages of which their senders may know that they have been read */
  #withProgress(stored: UserState, mine: Progress, read: readonly Message[]): UserState {
    return read.reduce(withTold, withProgress(stored, mine, this.#options.limits.conversations));
  }

  async #update(live: Live, change: (stored: UserState) => UserState): Promise<UserState> {
    const state = await this.#options.states.update(live.session.user, change);
    live.written = true;
    live.upstream.stateChanged();
    learnPresence(live, state, this.#options.clock());
    return state;
  }

  #happen(live: Live, events: readonly EventBody[]): void {
    happen(live, events, this.#options.clock());
  }
}

/** The session as it will be when this is read. */
function readIn(session: Session, conversation: ConversationView, upTo: string): Session {
  const [event] = readEvents(conversation, upTo);
  return event === undefined ? session : { ...session, view: applyEvent(session.view, event) };
}
