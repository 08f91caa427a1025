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
import { InOrder } from './in-order.ts';
import { StanzaError, stanzaErrorOf, type Iq } from './iq.ts';
import { NS } from './namespaces.ts';
import { archivedOf, messageStanza, type Owner } from './stanzas.ts';

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
  /** Told of own and others' messages, in the order of the archive. */
  readonly tell: (message: Message) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #order: InOrder<Message>;
  /** By cid; forgotten with the XMPP session. */
  readonly #sending = new Map<string, Sending>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#order = new InOrder(options.tell);
  }

  /** Resolves when the server has taken it. @throws CallError `not-friends`, `unavailable` */
  async send(message: OutgoingMessage): Promise<Accepted> {
    if (this.#sending.size >= this.#options.limit) throw unavailable('too many messages are on their way');
    const sending: Sending = { message };
    this.#sending.set(message.cid, sending);
    try {
      this.#options.send(messageStanza(message, this.#options.owner));
      await this.#barrier();
    } catch (error) {
      return this.#undecided(sending, error);
    }
    return this.#settle(sending);
  }

  async #barrier(): Promise<void> {
    try {
      await this.#options.iq.request('get', xml('ping', { xmlns: NS.ping }), this.#options.owner.domain);
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error; // a server without mod_ping answers all the same
    }
  }

  #settle({ message: { cid }, accepted, refused }: Sending): Accepted {
    this.#sending.delete(cid);
    if (refused !== undefined) {
      this.#order.drop(cid);
      throw refusalOf(refused);
    }
    if (accepted === undefined) {
      throw unavailable('ejabberd told no archive id: are mod_archive_site and mod_mam loaded?');
    }
    this.#order.release(cid);
    return accepted;
  }

  /** The stream failed before the answer. What is archived already is taken; of the rest nobody knows yet. */
  #undecided(sending: Sending, error: unknown): Accepted {
    if (sending.accepted !== undefined || sending.refused !== undefined) return this.#settle(sending);
    sending.abandoned = true;
    throw unavailable('the message is not acknowledged yet', error);
  }

  /** Another's message, or one of another device: in its place. */
  pass(message: Message): void {
    this.#order.pass(message);
  }

  /** Takes the word of mod_archive_site, or a bounce. Returns false when the stanza is neither. */
  take(stanza: Element): boolean {
    const told = archivedOf(stanza, this.#options.owner);
    if (told !== undefined) {
      this.#archived(told);
      return true;
    }
    if (stanza.attrs['type'] !== 'error') return false;
    const sending = this.#sending.get(String(stanza.attrs['id']));
    if (sending !== undefined) sending.refused = stanzaErrorOf(stanza);
    return true;
  }

  #archived({ cid, id, at }: Accepted & { cid: string }): void {
    const sending = this.#sending.get(cid);
    if (sending === undefined) return;
    const { to, body } = sending.message;
    sending.accepted = { id, at };
    this.#order.hold(cid, { id, cid, with: to, from: this.#options.owner.user, body, at });
    if (sending.abandoned === true) this.#settle(sending);
  }

  /** A new XMPP session has begun: what was on its way stands in the archive, or was never taken. */
  forget(): void {
    for (const cid of this.#sending.keys()) this.#order.drop(cid);
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
