/**
 * How a session begins: who the user is, what is kept of them, and their XMPP session; and from then on, what that
 * side says goes into the session, and from there to the tabs.
 */
import { CallError } from '../errors.ts';
import type { EventBody, Message } from '../protocol/events.ts';
import { messageRead } from './kept.ts';
import type { Learning } from './learning.ts';
import { loadSession } from './hand-over.ts';
import type { Journal } from './journal.ts';
import { told, type Live, type LiveRecord } from './live.ts';
import { meEvents, ownPresence } from './me.ts';
import type {
  Clock,
  Downstream,
  Input,
  Known,
  LinkRecord,
  OpenUpstream,
  TraceOf,
  Upstream,
  WhoIs,
} from './ports.ts';
import { fullBucket, type Rate } from './rate.ts';
import { chooseRings } from './rings.ts';
import { createSession, type Session, type SessionLimits } from './session.ts';
import type { States } from './states.ts';
import { answer } from './tab.ts';
import { take } from './take.ts';
import { tell } from './tell.ts';

export interface OpeningOptions {
  readonly openUpstream: OpenUpstream;
  readonly whoIs: WhoIs;
  readonly states: States;
  readonly learning: Learning;
  readonly journal: Journal;
  /** A session has failed, and is ended. */
  readonly onFault: (user: string, error: unknown) => void;
  readonly clock: Clock;
  /** A new secret of 128 random bits or more, as text. */
  readonly secret: () => string;
  readonly limits: SessionLimits;
  readonly sends: Rate;
  readonly calls: Rate;
  /** Told of every event, for counting. */
  readonly onEvent?: (event: EventBody) => void;
  readonly traceOf?: TraceOf;
}

/** Who has the sessions. */
export interface OpeningOwner {
  /** The server has ended a session for good, perhaps before it was open: `live.ended` says why. */
  readonly ended: (live: Live) => void;
  /** Is this user's session to be opened still? */
  readonly isWanted: (user: string) => boolean;
}

/** Fields of events that name people and things, or say how they are. */
const NAMED = [
  'type',
  'with',
  'from',
  'id',
  'cid',
  'op',
  'show',
  'state',
  'code',
  'unread',
  'upTo',
  'connected',
  'reason',
];

export class Opening {
  readonly #options: OpeningOptions;
  readonly #owner: OpeningOwner;

  constructor(options: OpeningOptions, owner: OpeningOwner) {
    this.#options = options;
    this.#owner = owner;
  }

  /** @throws CallError `bad-token`: no such account; `unavailable` */
  async open(user: string): Promise<Live> {
    const { whoIs, states, learning, journal, traceOf } = this.#options;
    const [me, state] = await Promise.all([whoIs(user), states.load(user)]);
    if (me === undefined) throw new CallError('bad-token', 'the site knows no such account');
    const live = this.#liveWith(this.#create(user, me, state));
    await whenReady(live);
    await learning.askReadMarkers(live);
    journal.whole(live);
    const { roster, conversations } = live.session.view;
    traceOf?.(user)?.('session-opened', { friends: roster.length, conversations: conversations.length });
    return live;
  }

  /**
   * Goes on with the session of another worker.
   *
   * @param since what it has taken in since
   * @throws Error when the record can't be read
   */
  takeOver({ session: record, link, written, behind }: LiveRecord, since: readonly Input[] = []): Live {
    const { limits, clock, journal } = this.#options;
    const session = loadSession(record, { epoch: this.#epoch(), limits, now: clock() });
    for (const input of since) take(session, input, clock(), this.#epoch());
    // A journal says how the person chose to appear, and not what came of it.
    for (const event of meEvents(session)) tell(session, event, clock());
    const live = this.#liveWith(session, link);
    Object.assign(live, { written, behind: behind || record.log === undefined });
    journal.whole(live);
    journal.flush(); // who has given it forgets it now
    return live;
  }

  #liveWith(session: Session, before?: LinkRecord): Live {
    const { openUpstream, learning, journal } = this.#options;
    const { user } = session;
    const downstream: Downstream = {
      take: (input) => this.#take(live, input),
      keep: (change) => journal.keep(user, change),
      refresh: () => learning.refresh(live),
      known: () => knownOf(session),
      isWanted: () => this.#owner.isWanted(user),
    };
    const live = this.#liveOf(session, openUpstream(user, downstream, before));
    return live;
  }

  #liveOf(session: Session, upstream: Upstream): Live {
    const live: Live = {
      session,
      upstream,
      onEvent: (event) => this.#happened(session.user, event),
      changed: () => this.#options.journal.changed(live),
      failed: (error) => {
        this.#options.onFault(session.user, error);
        this.#owner.ended(live);
      },
      waking: false,
      wakingSoon: false,
      reloading: false,
      reloadAgain: false,
      behind: false,
      written: false,
      ended: undefined,
    };
    return live;
  }

  #create(
    user: string,
    me: Parameters<typeof createSession>[0]['me'],
    state: Awaited<ReturnType<States['load']>>,
  ): Session {
    const { limits, sends, calls, clock } = this.#options;
    const now = clock();
    return createSession({
      user,
      epoch: this.#epoch(),
      me,
      state,
      limits,
      sends: fullBucket(sends, now),
      calls: fullBucket(calls, now),
      now,
    });
  }

  #happened(user: string, event: EventBody): void {
    const { onEvent, traceOf } = this.#options;
    onEvent?.(event);
    traceOf?.(user)?.('session-event', namesOf(event));
  }

  #epoch(): string {
    return this.#options.secret().slice(0, 12);
  }

  #take(live: Live, input: Input): void {
    const { session } = live;
    const { log } = session;
    this.#options.journal.took(session.user, input);
    const isUp = input.type === 'link' && input.connected && !session.view.connected;
    const events = take(session, input, this.#options.clock(), this.#epoch());
    if (session.log !== log) for (const tab of session.tabs.values()) answer(tab, { gone: true });
    if (input.type === 'message') chooseRings(session, events);
    told(live, events);
    if (input.type === 'message') tellAnswered(live, input.message, events);
    if (input.type === 'state-changed') void this.#options.learning.reload(live);
    if (isUp) this.#options.learning.linkUp(live);
    if (input.type === 'ended') {
      live.ended = input.reason;
      this.#owner.ended(live);
    }
  }
}

/** Who answers has read: the friend sees that at once too, and not only with the next look at the row. */
function tellAnswered({ session, upstream }: Live, message: Message, events: readonly EventBody[]): void {
  if (message.from !== session.user || !events.some(({ type }) => type === 'unread')) return;
  const read = messageRead(session, message.with, message.id);
  if (read?.cid !== undefined) upstream.displayed(message.with, read.cid);
}

/** Which event it is, without what people wrote in it. */
function namesOf(event: EventBody): Readonly<Record<string, unknown>> {
  const all = event as Readonly<Record<string, unknown>>;
  return Object.fromEntries(NAMED.filter((name) => name in all).map((name) => [name, all[name]]));
}

/** What the XMPP side needs to know each time that it begins anew. */
function knownOf(session: Session): Known {
  const { conversations } = session.view;
  return {
    newest: session.newest,
    conversations: conversations.map(({ with: peer }) => peer),
    wanted: conversations
      .filter(({ messages, complete }) => messages.length === 0 && !complete)
      .map(({ with: peer }) => peer),
    presence: ownPresence(session),
  };
}

async function whenReady({ upstream }: Live): Promise<void> {
  try {
    await upstream.ready;
  } catch (error) {
    await upstream.close();
    throw error;
  }
}
