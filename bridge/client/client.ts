/** The headless client: everything of the chat but its looks. */
import type { Event } from '../protocol/events.ts';
import { followActivity, type Activity } from './activity.ts';
import { sendLeave } from './beacon.ts';
import { Asker } from './asking.ts';
import { Deeds, type Settings } from './deeds.ts';
import { newCid, partsOf, type ClientOptions, type Parts } from './options.ts';
import { LookingBack } from './looking-back.ts';
import { keepOutgoing, keptOutgoing } from './outgoing-memory.ts';
import { queued, retried, without, type OutgoingList } from './outgoing.ts';
import type { Heard } from './heard.ts';
import { followPage } from './page.ts';
import { Sender } from './sender.ts';
import { uplinkOf } from './sharing/uplink-of.ts';
import { NOTHING, withEvents, type ClientState } from './state.ts';
import { Listeners, Store } from './store.ts';
import { Renewable } from './token-source.ts';
import { endTypingByItself } from './typing.ts';
import { UiState } from './ui-state.ts';
import type { Uplink } from './uplink.ts';

export interface Client {
  /** The state now: an immutable value, replaced at every change. */
  readonly state: ClientState;
  /** Calls `listener` at every change; returns what ends that. */
  subscribe(listener: (state: ClientState) => void): () => void;
  /** Every event once, in order, after the state has taken it in; returns what ends that. */
  onEvent(listener: (heard: Heard) => void): () => void;
  /** Connects, and stays connected. Started already, it has the site asked anew if its answer is still to come. */
  start(): void;
  /** Ends all calls and timers. The bridge is not told: `start` goes on with the same tab. */
  stop(): void;
  /** Ends all, tells the bridge, and forgets what was shown. Messages on their way are kept for the user. */
  leave(): void;
  /**
   * Sends a message, and returns its `cid`. It is in `state.outgoing` at once.
   *
   * @throws RangeError when MOST_OUTGOING messages are waiting.
   */
  send(to: string, body: string): string;
  /** Sends a failed message again. */
  retry(cid: string): void;
  /** Takes a failed message away. */
  dismiss(cid: string): void;
  /** Takes the next older page of a conversation into the state, if there is one. @throws CallFault */
  loadOlder(peer: string): Promise<void>;
  /** Changes keys of the person's UI state, in every tab; null removes. `state.ui` has it at once. @throws CallFault */
  setUi(settings: Settings): Promise<void>;
  /** Reading, typing, looking back, and how the person appears. */
  readonly deeds: Deeds;
}

export function createClient(options: ClientOptions): Client {
  return new HeadlessClient(partsOf(options));
}

class HeadlessClient implements Client {
  readonly #parts: Parts;
  readonly #token: Renewable;
  readonly #store = new Store();
  readonly #heard = new Listeners<Heard>();
  readonly #uplink: Uplink;
  readonly #sender: Sender;
  readonly #asker: Asker;
  readonly deeds: Deeds;
  readonly #lookingBack: LookingBack;
  readonly #ui: UiState;
  readonly #endTyping: () => void;
  #unfollow: (() => void) | undefined;
  #activity: Activity | undefined;

  constructor(given: Parts) {
    this.#token = new Renewable(given.token);
    const parts = { ...given, token: this.#token.ask };
    this.#parts = parts;
    this.#uplink = uplinkOf(parts, this.#store, {
      identified: (user) => this.#identified(user),
      seated: (isNewTab) => this.#seated(isNewTab),
      polled: ({ events, ring }) => this.#polled(events, ring),
      tellActive: (active) => this.deeds.setActive(active),
    });
    this.#sender = new Sender(parts, this.#store, this.#uplink);
    this.#asker = new Asker(parts, this.#store, this.#uplink);
    this.deeds = new Deeds(this.#asker, parts.now);
    this.#lookingBack = new LookingBack(this.#asker, this.deeds, this.#store);
    this.#ui = new UiState(this.deeds, this.#store);
    this.#endTyping = endTypingByItself(this.#heard, this.#store);
    let kept: OutgoingList = [];
    this.#store.listeners.add(({ user, outgoing }) => {
      if (user !== undefined && outgoing !== kept) keepOutgoing(parts.storage, user, outgoing);
      kept = outgoing;
    });
  }

  get state(): ClientState {
    return this.#store.state;
  }

  subscribe(listener: (state: ClientState) => void): () => void {
    return this.#store.listeners.add(listener);
  }

  onEvent(listener: (heard: Heard) => void): () => void {
    return this.#heard.add(listener);
  }

  start(): void {
    const { page } = this.#parts;
    this.#unfollow ??= page && this.#follow(page);
    this.#token.renew();
    this.#uplink.start();
  }

  stop(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#endTyping();
    this.#asker.stop();
    this.#sender.stop();
    this.#uplink.stop();
  }

  leave(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#endTyping();
    this.#giveBack('signed-out');
    this.#store.set(NOTHING);
  }

  send(to: string, body: string): string {
    const cid = newCid();
    this.#setOutgoing(queued(this.state.outgoing, { cid, to, body, since: this.#parts.now() }));
    this.#sender.kick();
    return cid;
  }

  retry(cid: string): void {
    this.#setOutgoing(retried(this.state.outgoing, cid, newCid(), this.#parts.now()));
    this.#sender.kick();
  }

  dismiss(cid: string): void {
    const one = this.state.outgoing.find((other) => other.cid === cid);
    if (one?.state === 'failed') this.#setOutgoing(without(this.state.outgoing, cid));
  }

  loadOlder(peer: string): Promise<void> {
    return this.#lookingBack.load(peer);
  }

  setUi(settings: Settings): Promise<void> {
    return this.#ui.set(settings);
  }

  #follow(page: EventTarget): () => void {
    const endPage = followPage(page, {
      left: () => this.#giveBack('page-goes'),
      cameBack: () => this.#uplink.start(),
      wake: () => this.#uplink.pauses.wake(),
    });
    const activity = followActivity(
      page,
      (active) => this.#uplink.setActive(active),
      () => this.#uplink.used(),
    );
    this.#activity = activity;
    return () => {
      endPage();
      activity.end();
      this.#activity = undefined;
    };
  }

  /** The place in the session is free again; what is shown stays, for a page that comes back. */
  #giveBack(why: 'page-goes' | 'signed-out'): void {
    this.#asker.stop();
    this.#sender.stop();
    const seat = this.#uplink.giveUp(why);
    if (seat !== undefined) sendLeave(this.#parts.url, seat.user, seat.tab);
  }

  /** Somebody else has signed in at the site: nothing of the one before is shown, or sent. */
  #identified(user: string): void {
    if (this.state.user === user) return;
    const { storage, now } = this.#parts;
    const before = this.state.user === undefined ? this.state.outgoing : [];
    const outgoing = [...keptOutgoing(storage, user, now()), ...before];
    this.#store.set({ ...NOTHING, status: 'connecting', user, outgoing });
  }

  #seated(isNewTab: boolean): void {
    this.#uplink.pauses.wake();
    this.#sender.kick();
    this.#activity?.seated(isNewTab);
  }

  #polled(events: readonly Event[], ring: readonly number[]): void {
    this.#store.set(withEvents(this.state, events));
    const loud = new Set(ring);
    for (const event of events) this.#heard.tell({ event, ring: loud.has(event.n) });
  }

  #setOutgoing(outgoing: OutgoingList): void {
    this.#store.change({ outgoing });
  }
}
