/** What comes on the stream, told to those whom it concerns: who asked for it, or the session. */
import type { Element } from '@xmpp/xml';
import type { Input } from '../session/ports.ts';
import type { Archive } from './archive.ts';
import { openEnvelope } from './envelope.ts';
import type { Iq } from './iq.ts';
import { messageOf } from './messages.ts';
import { NS } from './namespaces.ts';
import { bouncedOf, isStateChanged, noticesOf } from './notices.ts';
import type { Outbox } from './outbox.ts';
import { isFromSelf, type Owner } from './owner.ts';
import { presenceOf } from './presence.ts';
import type { Receipts } from './receipts.ts';
import { rosterItemsOf } from './roster.ts';

export interface InboxOptions {
  readonly owner: Owner;
  /** The full address of the stream. */
  readonly address: () => string;
  readonly iq: Iq;
  readonly archive: Archive;
  readonly outbox: Outbox;
  readonly receipts: Receipts;
  readonly take: (input: Input) => void;
  /** A stanza was not what it claims to be. */
  readonly onIgnored: (reason: string) => void;
}

export class Inbox {
  readonly #options: InboxOptions;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  take(stanza: Element): void {
    if (stanza.name === 'iq') this.#takeIq(stanza);
    else if (stanza.name === 'presence') this.#takePresence(stanza);
    else if (stanza.name === 'message') this.#takeMessage(stanza);
  }

  #takeIq(stanza: Element): void {
    const { iq, owner, onIgnored } = this.#options;
    const type = stanza.attrs['type'] as string;
    if (type === 'result' || type === 'error') {
      if (!iq.take(stanza)) onIgnored('iq-answer-not-asked-for');
      return;
    }
    // CVE-2015-8688: a roster push counts from the own account alone (RFC 6121, section 2.1.6).
    if (type !== 'set' || stanza.getChild('query', NS.roster) === undefined) return;
    if (isFromSelf(stanza, owner)) this.#takeRoster(stanza);
    else onIgnored('roster-push-forged');
  }

  #takeRoster(stanza: Element): void {
    const { owner, take } = this.#options;
    for (const { item, removed } of rosterItemsOf(stanza, owner))
      take(removed ? { type: 'roster-removed', id: item.id } : { type: 'roster-item', item });
  }

  #takePresence(stanza: Element): void {
    const { owner, address, take } = this.#options;
    const presence = presenceOf(stanza, owner, address(), () => new Date());
    if (presence !== undefined) take(presence);
  }

  #takeMessage(stanza: Element): void {
    const { owner, address, archive, outbox, take } = this.#options;
    if (outbox.take(stanza) || archive.take(stanza)) return;
    const bounced = bouncedOf(stanza, owner);
    if (bounced !== undefined) take(bounced);
    else if (isStateChanged(stanza, owner, address())) take({ type: 'state-changed' });
    else this.#takeLive(stanza);
  }

  #takeLive(stanza: Element): void {
    const { owner, receipts, take, onIgnored } = this.#options;
    const envelope = openEnvelope(stanza, owner);
    if (envelope === undefined) {
      onIgnored('carbon-forged');
      return;
    }
    const message = messageOf(envelope.message, owner);
    if (message !== undefined) {
      take({ type: 'message', message });
      receipts.take(envelope, message);
    } else if (envelope.message.getChild('body') !== undefined) onIgnored('message-without-archive-id');
    for (const notice of noticesOf(envelope, owner)) take(notice);
  }
}
