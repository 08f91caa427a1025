/**
 * Messages on their way to the server. A message is through when an IQ to the own server, sent right behind
 * it, is answered: by then the filter's refusal has come back, or mod_archive_site has told the archive id
 * (an acknowledgement of XEP-0198 says nothing of refusal).
 */
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { CallError, unavailable } from '../errors.ts';
import type { Message } from '../protocol/events.ts';
import type { Accepted, OutgoingMessage } from '../session/ports.ts';
import { StanzaError, stanzaErrorOf, type Iq } from './iq.ts';
import { userOfAddress } from './jid.ts';
import { NS } from './namespaces.ts';
import { archivedOf } from './messages.ts';
import { messageStanza } from './outgoing.ts';
import type { Owner } from './owner.ts';
import { StreamError } from './stream-error.ts';

interface Sending {
  readonly message: OutgoingMessage;
  accepted?: Accepted;
  refused?: StanzaError;
  /** Nobody waits any more: its fate goes straight to the tabs. */
  abandoned?: true;
}

export interface OutboxOptions {
  readonly owner: Owner;
  readonly iq: Iq;
  readonly send: (stanza: Element) => void;
  /** Messages on their way at the most, those that nobody waits for any more included. */
  readonly limit: number;
  /** A message is refused since the limit is reached, here or on the stream. */
  readonly onFull: () => void;
  /** Told of each message that was taken. */
  readonly tell: (message: Message) => void;
}

/** A message that is on its way still, for whom nobody waits where it is taken over. */
export interface SendingRecord {
  readonly message: OutgoingMessage;
  readonly accepted?: Accepted;
}

export class Outbox {
  readonly #options: OutboxOptions;
  /** By cid; forgotten with the XMPP session. */
  readonly #sending: Map<string, Sending>;

  /** @param before of the worker that had the session */
  constructor(options: OutboxOptions, before: readonly SendingRecord[] = []) {
    this.#options = options;
    this.#sending = new Map(before.map((one) => [one.message.cid, { ...one, abandoned: true }]));
  }

  /** What nobody has been answered yet. */
  get record(): SendingRecord[] {
    return [...this.#sending.values()]
      .filter(({ refused }) => refused === undefined)
      .map(({ message, accepted }) => ({ message, ...(accepted !== undefined && { accepted }) }));
  }

  /** Resolves when the server has taken it. @throws CallError `not-friends`, `unavailable` */
  async send(message: OutgoingMessage): Promise<Accepted> {
    const sending = this.#write(message);
    try {
      await this.#barrier();
    } catch (error) {
      return this.#undecided(sending, error);
    }
    return this.#settle(sending);
  }

  /** What can't be written is not on its way: the next may be. @throws CallError `unavailable` */
  #write(message: OutgoingMessage): Sending {
    const { limit, send, owner, onFull } = this.#options;
    try {
      if (this.#sending.size >= limit)
        throw new StreamError('queue-full', 'too many messages are on their way');
      send(messageStanza(message, owner));
    } catch (error) {
      if (error instanceof StreamError && error.reason === 'queue-full') onFull();
      throw unavailable('the message can’t be sent at the moment', error);
    }
    const sending: Sending = { message };
    this.#sending.set(message.cid, sending);
    return sending;
  }

  async #barrier(): Promise<void> {
    try {
      await this.#options.iq.request('get', xml('ping', { xmlns: NS.ping }), this.#options.owner.domain);
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error; // a server without mod_ping answers all the same
    }
  }

  #settle({ message, accepted, refused }: Sending): Accepted {
    this.#sending.delete(message.cid);
    // A bounce of `wait` that comes when both archives have it (an offline queue that is full) takes nothing back.
    if (refused !== undefined && (accepted === undefined || refused.type !== 'wait'))
      throw refusalOf(refused);
    if (accepted === undefined) {
      throw unavailable('ejabberd told no archive id: are mod_archive_site and mod_mam loaded?');
    }
    const { to, body, cid } = message;
    this.#options.tell({ ...accepted, cid, with: to, from: this.#options.owner.user, body });
    return accepted;
  }

  /** The stream failed before the answer. What is archived already is taken; of the rest nobody knows yet. */
  #undecided(sending: Sending, error: unknown): Accepted {
    if (sending.accepted !== undefined || sending.refused !== undefined) return this.#settle(sending);
    sending.abandoned = true;
    throw unavailable('the message is not acknowledged yet', error);
  }

  /** Takes the word of mod_archive_site, or the bounce of a message that is on its way. Returns false for all else. */
  take(stanza: Element): boolean {
    const told = archivedOf(stanza, this.#options.owner);
    if (told !== undefined) {
      this.#archived(told);
      return true;
    }
    return stanza.attrs['type'] === 'error' && this.#bounced(stanza);
  }

  #archived({ cid, id, at }: Accepted & { cid: string }): void {
    const sending = this.#sending.get(cid);
    if (sending === undefined) return;
    sending.accepted = { id, at };
    if (sending.abandoned === true) this.#settle(sending);
  }

  /** Counts from the receiver's address alone, which the filter's refusal bears as well (RFC 6120, section 8.3.1). */
  #bounced(stanza: Element): boolean {
    const sending = this.#sending.get(String(stanza.attrs['id']));
    const from = userOfAddress(stanza.attrs['from'] as string | undefined, this.#options.owner.domain);
    if (sending === undefined || from !== sending.message.to) return false;
    sending.refused = stanzaErrorOf(stanza);
    if (sending.abandoned === true) this.#sending.delete(sending.message.cid);
    return true;
  }

  /** A new XMPP session has begun: what was on its way stands in the archive, or was never taken. */
  forget(): void {
    this.#sending.clear();
  }
}

/** Why the server refused. A `wait` says: later. mod_filter_site says not-allowed to all but friends. */
function refusalOf(error: StanzaError): CallError {
  if (error.type === 'wait')
    return unavailable(`ejabberd could not take the message (${error.condition})`, error);
  return new CallError('not-friends', 'you are not friends, or this person can’t be written to', {
    cause: error,
  });
}
