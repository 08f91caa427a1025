/**
 * One user's XMPP session, kept alive: open, set up, wait until it is cut, and again, with growing pauses.
 *
 *   opening -> up -> cut -> opening ...    a cut stream is resumed where the server still has it
 *   opening -> failed                      the first opening: the caller is told, and may come again
 *   any     -> closed                      by us, or by the server for good (kicked)
 *
 * Set-up runs whole after each bind, and not after a resumption: roster, carbons, presence, archive.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { backoff } from '../backoff.ts';
import { unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Accepted, Input, OutgoingMessage, Upstream } from '../session/ports.ts';
import type { Turns } from '../turns.ts';
import { Archive, conversationsOf } from './archive.ts';
import { Dismissed, FINAL, type End } from './ending.ts';
import { Iq } from './iq.ts';
import { localPartOf } from './jid.ts';
import { NS } from './namespaces.ts';
import { Outbox } from './outbox.ts';
import { isFromSelf, messageOf, ownerOf, presenceOf, rosterItemsOf, type Owner } from './stanzas.ts';
import { Stream, StreamError } from './stream.ts';

/** Messages of the newest archive page that a session starts with. */
const FIRST_PAGE = 100;

/** Milliseconds after set-up until the archive is looked at once more. */
const SECOND_LOOK = 3000;

export interface UpstreamOptions {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly domain: string;
  readonly resource: string;
  readonly timeout: number;
  readonly resumeTimeout: number;
  readonly queue: number;
  readonly credential: () => Promise<string>;
  /** Is the user to go? Asked when a new XMPP session has begun. @throws when nobody can say. */
  readonly isToGo: () => Promise<'removed' | 'signed-out' | undefined>;
  /** Lets so many log in at once. */
  readonly logins: Turns;
  readonly log: Log;
  readonly take: (input: Input) => void;
  readonly onFault: (reason: string) => void;
  readonly onIgnored: (reason: string) => void;
}

export class XmppUpstream implements Upstream {
  readonly ready: Promise<void>;
  readonly #options: UpstreamOptions;
  readonly #owner: Owner;
  readonly #stream: Stream;
  readonly #iq: Iq;
  readonly #archive: Archive;
  readonly #outbox: Outbox;
  readonly #closing = new AbortController();
  #down: ((reason: string) => void) | undefined;
  /** Why the stream was cut last. */
  #reason = 'cut';
  /** Has the XMPP session that is open, or may be resumed, been set up to the end? */
  #isSetUp = false;

  constructor(options: UpstreamOptions) {
    const { user, domain, timeout } = options;
    this.#options = options;
    this.#owner = ownerOf(user, domain);
    const send = (stanza: Element): void => this.#stream.send(stanza);
    this.#iq = new Iq({ send, timeout, domain, bareAddress: this.#owner.bareAddress });
    this.#archive = new Archive(this.#iq, this.#owner);
    this.#outbox = new Outbox({
      owner: this.#owner,
      iq: this.#iq,
      send,
      limit: options.queue,
      tell: (message) => options.take({ type: 'message', message }),
    });
    this.#stream = new Stream(
      { ...options, localPart: localPartOf(user) },
      {
        stanza: (stanza) => this.#take(stanza),
        down: (reason) => this.#wentDown(reason),
        fault: (error) => options.log.warn({ err: error }, 'xmpp fault'),
      },
    );
    this.ready = this.#open();
    this.ready.then(
      () =>
        this.#keepUp().catch((error: unknown) =>
          options.log.error({ err: error }, 'the session is not kept up'),
        ),
      () => undefined, // the caller of `ready` has the fault
    );
  }

  send(message: OutgoingMessage): Promise<Accepted> {
    if (!this.#stream.up) return Promise.reject(unavailable('the link to ejabberd is down at the moment'));
    return this.#outbox.send(message);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#down?.('closed');
    await this.#stream.close();
    this.#iq.failAll();
  }

  /** Logs in, in turn, and sets up. @throws CallError `unavailable` */
  async #open(): Promise<void> {
    try {
      const resumed = await this.#logIn();
      if (!resumed) this.#isSetUp = false;
      if (!this.#isSetUp) {
        await this.#mayStay();
        await this.#setUp();
      }
      this.#options.log.info({ resumed }, 'xmpp up');
      this.#options.take({ type: 'link', connected: true });
    } catch (error) {
      this.#options.onFault(error instanceof StreamError ? error.reason : 'set-up');
      this.#options.log.warn({ err: error }, 'xmpp not opened');
      this.#stream.cut();
      if (error instanceof Dismissed) throw error;
      throw unavailable('the chat server is out of reach at the moment', error);
    }
  }

  /** When its turn comes: a restart of ejabberd must not bring everybody at once. @throws StreamError */
  async #logIn(): Promise<boolean> {
    const { logins, timeout } = this.#options;
    const turn = await logins.take(3 * timeout);
    if (turn !== 'taken')
      throw new StreamError(
        `login-${turn}`,
        `the login waited in vain (${turn}): ${logins.waiting} are waiting`,
      );
    try {
      if (this.#closed()) throw new StreamError('closed', 'nobody waits for this login any more');
      return await this.#stream.open();
    } finally {
      logins.give();
    }
  }

  #wentDown(reason: string): void {
    this.#reason = reason;
    // Their answers would come after a resumption; but a set-up that was cut is begun anew.
    if (!this.#isSetUp) this.#iq.failAll();
    this.#down?.(reason);
  }

  #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #keepUp(): Promise<void> {
    while (!this.#closed()) {
      const reason = await this.#whenDown();
      if (this.#closed()) return;
      this.#options.onFault(reason);
      this.#options.log.warn({ reason }, 'xmpp down');
      this.#options.take({ type: 'link', connected: false });
      const end = FINAL[reason] ?? (await this.#reopen());
      if (end !== undefined) {
        this.#options.take({ type: 'ended', reason: end });
        return;
      }
    }
  }

  /** Before it was bound nobody could end it: a user who was removed or signed out meanwhile must not slip through. */
  async #mayStay(): Promise<void> {
    const end = await this.#options.isToGo();
    if (end !== undefined) throw new Dismissed(end);
  }

  #whenDown(): Promise<string> {
    if (!this.#stream.up) return Promise.resolve(this.#reason);
    return new Promise((resolve) => {
      this.#down = resolve;
    });
  }

  async #reopen(): Promise<End | undefined> {
    for (let attempt = 0; !this.#closed(); attempt += 1) {
      try {
        await sleep(backoff(attempt, Math.random()), undefined, { signal: this.#closing.signal });
        await this.#open();
        return undefined;
      } catch (error) {
        if (error instanceof Dismissed) return error.reason;
        // others are logged and counted by #open, or the pause was ended by close()
      }
    }
    return undefined;
  }

  /** All that a new XMPP session needs, in the order that loses nothing: roster before presence. */
  async #setUp(): Promise<void> {
    this.#isSetUp = false;
    this.#iq.failAll();
    this.#outbox.forget();
    this.#options.take({ type: 'presence-reset' });
    const roster = await this.#iq.request('get', xml('query', { xmlns: NS.roster }));
    this.#options.take({ type: 'roster', items: rosterItemsOf(roster, this.#owner).map(({ item }) => item) });
    await this.#iq.request('set', xml('enable', { xmlns: NS.carbons }));
    this.#stream.send(xml('presence', {}));
    await this.#catchUp();
    this.#isSetUp = true;
    void this.#catchUpOnceMore();
  }

  async #catchUp(): Promise<void> {
    const page = await this.#archive.page(FIRST_PAGE);
    this.#options.take({ type: 'history', conversations: conversationsOf(page) });
  }

  /**
   * A message that was on its way while the session was set up may have been archived after the first look, and
   * then comes with no stream: ejabberd looks for the receiver's sessions first, and archives after that.
   */
  async #catchUpOnceMore(): Promise<void> {
    try {
      await sleep(SECOND_LOOK, undefined, { signal: this.#closing.signal });
      if (this.#stream.up) await this.#catchUp();
    } catch (error) {
      if (!this.#closed()) this.#options.log.warn({ err: error }, 'no second look at the archive');
    }
  }

  #take(stanza: Element): void {
    if (stanza.name === 'iq') this.#takeIq(stanza);
    else if (stanza.name === 'presence') this.#takePresence(stanza);
    else if (stanza.name === 'message') this.#takeMessage(stanza);
  }

  #takeIq(stanza: Element): void {
    const type = stanza.attrs['type'] as string;
    if (type === 'result' || type === 'error') {
      if (!this.#iq.take(stanza)) this.#options.onIgnored('iq-answer-not-asked-for');
      return;
    }
    // CVE-2015-8688: a roster push counts from the own account alone (RFC 6121, section 2.1.6).
    if (type !== 'set' || stanza.getChild('query', NS.roster) === undefined) return;
    if (!isFromSelf(stanza, this.#owner)) {
      this.#options.onIgnored('roster-push-forged');
      return;
    }
    for (const { item, removed } of rosterItemsOf(stanza, this.#owner)) {
      this.#options.take(removed ? { type: 'roster-removed', id: item.id } : { type: 'roster-item', item });
    }
  }

  #takePresence(stanza: Element): void {
    const presence = presenceOf(stanza, this.#owner, () => new Date());
    if (presence !== undefined) this.#options.take(presence);
  }

  #takeMessage(stanza: Element): void {
    if (this.#outbox.take(stanza) || this.#archive.take(stanza)) return;
    const message = messageOf(stanza, this.#owner);
    if (message !== undefined) this.#options.take({ type: 'message', message });
    else if (stanza.getChild('body') !== undefined) this.#options.onIgnored('message-without-archive-id');
  }
}
