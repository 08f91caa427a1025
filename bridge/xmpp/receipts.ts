/** Answers to who asks whether a message has arrived (XEP-0184). */
import type { Element } from '@xmpp/xml';
import type { Message } from '../protocol/events.ts';
import type { Envelope } from './envelope.ts';
import { asCid } from './messages.ts';
import { NS } from './namespaces.ts';
import { receiptStanza } from './outgoing.ts';

/** Messages that an answer is remembered of: the server sends some twice, when a stream is resumed. */
const REMEMBERED = 200;

export interface ReceiptsOptions {
  readonly user: string;
  /** May anybody be shown that the user is here? */
  readonly mayTell: () => boolean;
  /** Sends what may be left out when the stream is down or busy: then the sender hears nothing. */
  readonly send: (stanza: Element) => void;
}

export class Receipts {
  readonly #options: ReceiptsOptions;
  /** The oldest first. */
  readonly #answered = new Set<string>();

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /** A carbon is another device's to answer (XEP-0280, section 11). */
  take({ message, by }: Envelope, { from }: Message): void {
    const sender = String(message.attrs['from']);
    const id = asCid(message.attrs['id']);
    if (by !== 'stream' || from === this.#options.user || id === undefined || !this.#options.mayTell())
      return;
    if (message.getChild('request', NS.receipts) === undefined || !this.#isNew(`${sender}\n${id}`)) return;
    this.#options.send(receiptStanza(sender, id));
  }

  #isNew(key: string): boolean {
    if (this.#answered.has(key)) return false;
    this.#answered.add(key);
    const [oldest] = this.#answered;
    if (this.#answered.size > REMEMBERED && oldest !== undefined) this.#answered.delete(oldest);
    return true;
  }
}
