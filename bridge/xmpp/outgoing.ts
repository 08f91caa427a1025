/** What we say -> stanza. */
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { cleanText } from '../clean-text.ts';
import type { ChatState } from '../protocol/events.ts';
import type { OutgoingMessage, OwnPresence } from '../session/ports.ts';
import { addressOf } from './jid.ts';
import { NS } from './namespaces.ts';
import type { Owner } from './owner.ts';

/** A chat message, asking mod_archive_site to tell its archive id. XEP-0359: the origin id carries the cid. */
export function messageStanza({ to, body, cid, since }: OutgoingMessage, { domain }: Owner): Element {
  return xml(
    'message',
    { type: 'chat', to: addressOf(to, domain), id: cid },
    xml('body', {}, cleanText(body)),
    xml('active', { xmlns: NS.chatStates }),
    xml('request', { xmlns: NS.receipts }),
    xml('markable', { xmlns: NS.markers }),
    xml('origin-id', { xmlns: NS.sid, id: cid }),
    xml('tell', { xmlns: NS.archived, ...(since !== undefined && { again: 'true', since }) }),
  );
}

/**
 * XEP-0085. No `no-copy`: it would keep the state from those devices of the peer that get messages by carbon alone,
 * since another has a higher priority.
 */
export function typingStanza(to: string, state: ChatState, { domain }: Owner): Element {
  return fleeting(addressOf(to, domain), 'chat', xml(state, { xmlns: NS.chatStates }));
}

/** XEP-0333. Of type `chat`, for which the server makes carbons: the user's other devices are to know it too. */
export function displayedStanza(to: string, cid: string, { domain }: Owner): Element {
  return fleeting(addressOf(to, domain), 'chat', xml('displayed', { xmlns: NS.markers, id: cleanText(cid) }));
}

/** XEP-0184, to the device that asked; its carbons go to the others. `id` is that of the stanza. */
export function receiptStanza(to: string, id: string): Element {
  return fleeting(to, 'chat', xml('received', { xmlns: NS.receipts, id }));
}

/** A headline to the own bare address: each resource gets it, and nobody keeps it (RFC 6121, section 8.5.2.1). */
export function stateChangedStanza({ bareAddress }: Owner): Element {
  return fleeting(bareAddress, 'headline', xml('changed', { xmlns: NS.state }));
}

/**
 * What is of no use later: it is in no archive and no offline store. Without an id, as a bounce of it is of no use
 * either.
 */
function fleeting(to: string, type: string, payload: Element): Element {
  return xml('message', { type, to }, payload, xml('no-store', { xmlns: NS.hints }));
}

/** RFC 6121, section 4.7. Who is invisible shows this to the own devices alone. */
export function presenceStanza({ show, status }: OwnPresence): Element {
  return xml(
    'presence',
    {},
    ...(show === 'away' || show === 'dnd' ? [xml('show', {}, show)] : []),
    ...(status !== undefined && status !== '' ? [xml('status', {}, cleanText(status))] : []),
  );
}
