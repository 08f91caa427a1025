/** One user's XMPP session: its parts, connected; and what the session asks of it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Element } from '@xmpp/xml';
import { unavailable } from '../errors.ts';
import type { ChatState, Message } from '../protocol/events.ts';
import type {
  Accepted,
  HistoryQuery,
  LinkRecord,
  OutgoingMessage,
  OwnPresence,
  Page,
  SearchQuery,
  Upstream,
  UpstreamStanding,
  UpstreamWaiting,
} from '../session/ports.ts';
import { Archive } from './archive.ts';
import { asLinkRecord, LINK_VERSION, upstreamRecordOf, type UpstreamRecord } from './hand-over.ts';
import { Droppable } from './droppable.ts';
import { Inbox } from './inbox.ts';
import { Iq } from './iq.ts';
import { localPartOf } from './jid.ts';
import type { StreamRecord } from './library-hand-over.ts';
import { Link } from './link.ts';
import { Lookups } from './lookups.ts';
import { Markers } from './markers.ts';
import { Outbox } from './outbox.ts';
import { stateChangedStanza, typingStanza } from './outgoing.ts';
import { OwnPresenceKeeper } from './own-presence.ts';
import { ownerOf, type Owner } from './owner.ts';
import { Receipts } from './receipts.ts';
import { SetUp } from './set-up.ts';
import { standingOf, Stream } from './stream.ts';
import { StreamTrace } from './stream-trace.ts';
import type { UpstreamOptions } from './upstream-options.ts';

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
  readonly #setUp: SetUp;
  readonly #link: Link;
  readonly #lookups: Lookups;
  readonly #droppable: Droppable;

  constructor(options: UpstreamOptions) {
    const { user, domain, timeout } = options;
    const send = (stanza: Element): void => this.#stream.send(stanza);
    const before = options.before === undefined ? undefined : upstreamRecordOf(options.before);
    this.#options = options;
    this.#owner = ownerOf(user, domain);
    this.#iq = new Iq({ send, timeout, domain, bareAddress: this.#owner.bareAddress });
    this.#droppable = new Droppable({ ...options, stream: () => this.#stream });
    this.#archive = new Archive(this.#iq, this.#owner);
    this.#lookups = new Lookups(this.#archive, timeout);
    this.#outbox = this.#newOutbox(send, before);
    this.#presence = this.#newPresence(send, before);
    this.#markers = this.#newMarkers(before);
    this.#stream = this.#newStream(this.#newInbox(), before);
    this.#setUp = this.#newSetUp(before);
    this.#link = this.#newLink(before);
    this.ready = this.#link.ready;
    // A process that was killed may have taken what it did not tell any more: an own message that was archived.
    if (before?.setUp.looks === true || (before !== undefined && before.stream.outbound === undefined))
      this.#lookOnceMore();
  }

  get waiting(): UpstreamWaiting {
    return {
      stanzas: this.#stream.unacknowledged,
      messages: this.#outbox.size,
      iqs: this.#iq.waiting,
    };
  }

  send(message: OutgoingMessage): Promise<Accepted> {
    if (!this.#stream.up) return Promise.reject(unavailable('the link to ejabberd is down at the moment'));
    return this.#outbox.send(message);
  }

  typing(to: string, state: ChatState): void {
    if (this.#presence.mayShow) this.#droppable.send(typingStanza(to, state, this.#owner));
  }

  displayed(to: string, cid: string): void {
    this.#markers.displayed(to, cid);
  }

  presence(presence: OwnPresence): void {
    this.#presence.want(presence, this.#stream.up);
  }

  stateChanged(): void {
    this.#droppable.send(stateChangedStanza(this.#owner));
  }

  history(query: HistoryQuery): Promise<Page> {
    return this.#lookups.history(query);
  }

  search(query: SearchQuery): Promise<readonly Message[]> {
    return this.#lookups.search(query);
  }

  get standing(): UpstreamStanding {
    return standingOf(this.#stream, this.#options.queue);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  get record(): LinkRecord {
    return asLinkRecord(this.#recordOf(this.#stream.record));
  }

  async freeze(): Promise<LinkRecord> {
    const stream = this.#link.freeze();
    await nextTurn(); // what had come already is settled: a message that is archived is told
    return asLinkRecord({ ...this.#recordOf(stream), sending: this.#outbox.record });
  }

  #recordOf(stream: StreamRecord): UpstreamRecord {
    return {
      version: LINK_VERSION,
      opened: this.#link.opened,
      stream,
      isSetUp: this.#link.isSetUp,
      setUp: this.#setUp.record,
      presence: this.#presence.record,
      markers: this.#markers.record,
      sending: [],
    };
  }

  /** @param keys of the record that have changed */
  #keep(...keys: readonly (keyof UpstreamRecord)[]): void {
    const record = this.#recordOf(this.#stream.record);
    this.#options.session.keep(Object.fromEntries(keys.map((key) => [key, record[key]])));
  }

  #presenceFailed(error: unknown): void {
    if (this.#link.closing.aborted) return;
    this.#options.log.event('presence-not-changed', { err: error });
    this.#link.setUpAnew();
  }

  #begin(bound: boolean): void {
    this.#presence.forget();
    this.#iq.failAll();
    this.#outbox.forget();
    this.#setUp.begin(bound);
    this.#keep('stream', 'isSetUp', 'setUp');
  }

  #resumed(inARow: boolean): void {
    this.#presence.resumed(this.#options.session.known().presence);
    this.#markers.tellWaiting();
    // A stream that is cut while it is resumed may lose a copy of what was said then from another client.
    if (inARow) this.#lookOnceMore();
  }

  async #runSetUp(bound: boolean): Promise<void> {
    await this.#setUp.run(bound);
    this.#markers.tellWaiting();
    this.#lookOnceMore();
  }

  #lookOnceMore(): void {
    const { closing } = this.#link;
    this.#setUp.lookOnceMore(closing).catch((error: unknown) => {
      if (!closing.aborted) this.#options.log.event('no-second-look', { err: error });
    });
  }

  #newOutbox(send: (stanza: Element) => void, before?: UpstreamRecord): Outbox {
    const { queue, session, onFull } = this.#options;
    const options = {
      owner: this.#owner,
      iq: this.#iq,
      send,
      limit: queue,
      onFull: () => onFull('message'),
      tell: (message: Message) => session.take({ type: 'message', message }),
    };
    return new Outbox(options, before?.sending);
  }

  #newPresence(send: (stanza: Element) => void, before?: UpstreamRecord): OwnPresenceKeeper {
    const options = {
      iq: this.#iq,
      send,
      failed: (error: unknown) => this.#presenceFailed(error),
      changed: () => this.#keep('presence'),
    };
    return new OwnPresenceKeeper(options, before?.presence);
  }

  #newMarkers(before?: UpstreamRecord): Markers {
    const options = {
      owner: this.#owner,
      mayTell: () => this.#presence.mayShow,
      send: (stanza: Element) => this.#droppable.send(stanza),
    };
    return new Markers(options, before?.markers);
  }

  #newInbox(): Inbox {
    const { user, session, onIgnored } = this.#options;
    const receipts = new Receipts({
      user,
      mayTell: () => this.#presence.mayShow,
      send: (stanza) => this.#droppable.send(stanza),
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

  #newStream(inbox: Inbox, before?: UpstreamRecord): Stream {
    const { user, log } = this.#options;
    return new Stream(
      { ...this.#options, localPart: localPartOf(user), stream: before?.stream },
      new StreamTrace(log, user).around({
        acknowledging: () => this.#keep('stream'),
        stanza: (stanza) => inbox.take(stanza),
        down: (reason) => this.#link.wentDown(reason),
        fault: (error) => log.event('xmpp-fault', { err: error }),
      }),
    );
  }

  #newSetUp(before?: UpstreamRecord): SetUp {
    const { session, catchUp, snapshot } = this.#options;
    const [owner, iq, archive, presence] = [this.#owner, this.#iq, this.#archive, this.#presence];
    return new SetUp({ owner, iq, archive, presence, session, catchUp, snapshot }, before?.setUp);
  }

  #newLink(takenOver?: UpstreamRecord): Link {
    const { session } = this.#options;
    return new Link(
      this.#stream,
      {
        ...this.#options,
        take: (input) => session.take(input),
        isWanted: () => session.isWanted(),
        takenOver,
      },
      {
        begin: (bound) => this.#begin(bound),
        setUp: (bound) => this.#runSetUp(bound),
        done: () => this.#keep('isSetUp', 'setUp', 'stream'),
        resumed: (inARow) => this.#resumed(inARow),
        abandon: () => this.#iq.failAll(),
      },
    );
  }
}
