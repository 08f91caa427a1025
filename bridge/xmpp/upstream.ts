/** One user's XMPP session: its parts, connected; and what the session asks of it. */
import type { Element } from '@xmpp/xml';
import { CallError, unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ChatState, Message } from '../protocol/events.ts';
import type {
  Accepted,
  Downstream,
  HistoryQuery,
  OutgoingMessage,
  OwnPresence,
  Page,
  SearchQuery,
  Upstream,
} from '../session/ports.ts';
import { Turns } from '../turns.ts';
import { Archive } from './archive.ts';
import { historyOf } from './history.ts';
import { Inbox } from './inbox.ts';
import { Iq } from './iq.ts';
import { localPartOf } from './jid.ts';
import type { LibraryOptions } from './library.ts';
import { Link, type LinkOptions } from './link.ts';
import { Markers } from './markers.ts';
import { Outbox } from './outbox.ts';
import { stateChangedStanza, typingStanza } from './outgoing.ts';
import { OwnPresenceKeeper } from './own-presence.ts';
import { ownerOf, type Owner } from './owner.ts';
import { Receipts } from './receipts.ts';
import { searched } from './search.ts';
import { SetUp } from './set-up.ts';
import { Stream } from './stream.ts';
import { StreamTrace } from './stream-trace.ts';
import { StreamError } from './stream-error.ts';

/** Lookups in the archive that a session has under way, and that wait: each costs the database two queries or more. */
const LOOKUPS = 3;
const LOOKUPS_WAITING = 6;

export interface UpstreamOptions extends Omit<LibraryOptions, 'localPart'>, Omit<LinkOptions, 'take'> {
  readonly user: string;
  /** Stanzas sent and not acknowledged, at the most. */
  readonly queue: number;
  /** Messages that a set-up fetches at the most, of those that came meanwhile. */
  readonly catchUp: number;
  readonly log: Log;
  readonly session: Downstream;
  /** A stanza was not what it claims to be. */
  readonly onIgnored: (reason: string) => void;
  /** So much is not acknowledged that a message is refused, or a notice (typing, a receipt, a marker) left out. */
  readonly onFull: (what: 'message' | 'notice') => void;
}

export class XmppUpstream implements Upstream {
  readonly ready: Promise<void>;
  readonly #options: UpstreamOptions;
  readonly #owner: Owner;
  readonly #stream: Stream;
  readonly #iq: Iq;
  readonly #archive: Archive;
  readonly #outbox: Outbox;
  readonly #presence: OwnPresenceKeeper;
  readonly #markers: Markers;
  readonly #link: Link;
  readonly #lookups = new Turns(LOOKUPS, LOOKUPS_WAITING);

  constructor(options: UpstreamOptions) {
    const { user, domain, timeout } = options;
    const send = (stanza: Element): void => this.#stream.send(stanza);
    this.#options = options;
    this.#owner = ownerOf(user, domain);
    this.#iq = new Iq({ send, timeout, domain, bareAddress: this.#owner.bareAddress });
    this.#archive = new Archive(this.#iq, this.#owner);
    this.#outbox = this.#newOutbox(send);
    this.#presence = new OwnPresenceKeeper({
      iq: this.#iq,
      send,
      failed: (error) => this.#presenceFailed(error),
    });
    this.#markers = new Markers({
      owner: this.#owner,
      mayTell: () => this.#presence.mayShow,
      send: (stanza) => this.#sendIfPossible(stanza),
    });
    this.#stream = this.#newStream(this.#newInbox());
    this.#link = this.#newLink();
    this.ready = this.#link.ready;
  }

  send(message: OutgoingMessage): Promise<Accepted> {
    if (!this.#stream.up) return Promise.reject(unavailable('the link to ejabberd is down at the moment'));
    return this.#outbox.send(message);
  }

  typing(to: string, state: ChatState): void {
    if (this.#presence.mayShow) this.#sendIfPossible(typingStanza(to, state, this.#owner));
  }

  displayed(to: string, cid: string): void {
    this.#markers.displayed(to, cid);
  }

  presence(presence: OwnPresence): void {
    this.#presence.want(presence, this.#stream.up);
  }

  stateChanged(): void {
    this.#sendIfPossible(stateChangedStanza(this.#owner));
  }

  history(query: HistoryQuery): Promise<Page> {
    return this.#lookUp(() => historyOf(this.#archive, query));
  }

  search(query: SearchQuery): Promise<readonly Message[]> {
    return this.#lookUp(() => searched(this.#archive, query));
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #lookUp<T>(look: () => Promise<T>): Promise<T> {
    if ((await this.#lookups.take(this.#options.timeout)) !== 'taken')
      throw unavailable('too many lookups at once');
    try {
      return await look();
    } catch (error) {
      throw error instanceof CallError ? error : unavailable('the archive does not answer now', error);
    } finally {
      this.#lookups.give();
    }
  }

  /** A stream that is down, or does not get on, drops it. Returns whether it was sent. */
  #sendIfPossible(stanza: Element): boolean {
    const { queue, onFull } = this.#options;
    if (!this.#stream.up) return false;
    if (this.#stream.unacknowledged > queue / 2) {
      onFull('notice');
      return false;
    }
    try {
      this.#stream.send(stanza);
      return true;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      return false;
    }
  }

  #presenceFailed(error: unknown): void {
    if (this.#link.closing.aborted) return;
    this.#options.log.event('presence-not-changed', { err: error });
    this.#link.setUpAnew();
  }

  #begin(setUp: SetUp, bound: boolean): void {
    this.#presence.forget();
    this.#iq.failAll();
    this.#outbox.forget();
    setUp.begin(bound);
  }

  #resumed(): void {
    this.#presence.resumed(this.#options.session.known().presence);
    this.#markers.tellWaiting();
  }

  async #setUp(setUp: SetUp, bound: boolean): Promise<void> {
    await setUp.run(bound);
    this.#markers.tellWaiting();
    setUp.lookOnceMore(this.#link.closing).catch((error: unknown) => {
      if (!this.#link.closing.aborted) this.#options.log.event('no-second-look', { err: error });
    });
  }

  #newOutbox(send: (stanza: Element) => void): Outbox {
    const { queue, session, onFull } = this.#options;
    return new Outbox({
      owner: this.#owner,
      iq: this.#iq,
      send,
      limit: queue,
      onFull: () => onFull('message'),
      tell: (message) => session.take({ type: 'message', message }),
    });
  }

  #newInbox(): Inbox {
    const { user, session, onIgnored } = this.#options;
    const receipts = new Receipts({
      user,
      mayTell: () => this.#presence.mayShow,
      send: (stanza) => this.#sendIfPossible(stanza),
    });
    return new Inbox({
      owner: this.#owner,
      address: () => this.#stream.address,
      iq: this.#iq,
      archive: this.#archive,
      outbox: this.#outbox,
      receipts,
      take: (input) => session.take(input),
      onIgnored,
    });
  }

  #newStream(inbox: Inbox): Stream {
    const { user, log } = this.#options;
    return new Stream(
      { ...this.#options, localPart: localPartOf(user) },
      new StreamTrace(log, user).around({
        stanza: (stanza) => inbox.take(stanza),
        down: (reason) => this.#link.wentDown(reason),
        fault: (error) => log.event('xmpp-fault', { err: error }),
      }),
    );
  }

  #newLink(): Link {
    const { session, catchUp } = this.#options;
    const [owner, iq, archive, presence] = [this.#owner, this.#iq, this.#archive, this.#presence];
    const setUp = new SetUp({ owner, iq, archive, presence, session, catchUp });
    return new Link(
      this.#stream,
      { ...this.#options, take: (input) => session.take(input) },
      {
        begin: (bound) => this.#begin(setUp, bound),
        setUp: (bound) => this.#setUp(setUp, bound),
        resumed: () => this.#resumed(),
        abandon: () => iq.failAll(),
      },
    );
  }
}
