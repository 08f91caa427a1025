/** What comes in messages beside their text: chat states, receipts, markers, bounces. Pure; believes only whom it may. */
import type { Element } from '@xmpp/xml';
import type { ChatState } from '../protocol/events.ts';
import type { Input } from '../session/ports.ts';
import { partiesOf, type Envelope, type Parties } from './envelope.ts';
import { stanzaErrorOf } from './iq.ts';
import { userOfAddress } from './jid.ts';
import { asCid } from './messages.ts';
import { NS } from './namespaces.ts';
import type { Owner } from './owner.ts';

const CHAT_STATES: Readonly<Record<string, ChatState>> = {
  composing: 'composing',
  paused: 'paused',
  active: 'active',
  inactive: 'active',
  gone: 'active',
};

/** All that a live message says beside its text. */
export function noticesOf({ message, by }: Envelope, owner: Owner): Input[] {
  const parties = partiesOf(message, owner);
  if (parties === undefined || parties.with === owner.user) return [];
  if (parties.from === owner.user) return by === 'sent' ? displayed(message, parties, 'self') : [];
  return [
    ...typing(message, parties),
    ...delivered(message, parties),
    ...displayed(message, parties, 'peer'),
  ];
}

/** XEP-0085. A state that comes late, from an offline store or a stream that was resumed, is no longer true. */
function typing(message: Element, { with: peer }: Parties): Input[] {
  const states = message.getChildElements().filter((child) => child.getNS() === NS.chatStates);
  const state = CHAT_STATES[states[0]?.name ?? ''];
  if (state === undefined || message.getChild('delay', NS.delay) !== undefined) return [];
  return [{ type: 'typing', with: peer, state }];
}

/** XEP-0184; and XEP-0333 up to its version 0.4 had a marker for the same. */
function delivered(message: Element, { with: peer }: Parties): Input[] {
  const receipt = message.getChild('received', NS.receipts) ?? message.getChild('received', NS.markers);
  const cid = asCid(receipt?.attrs['id']);
  return cid === undefined ? [] : [{ type: 'delivered', with: peer, cid }];
}

/** XEP-0333; up to its version 0.4, what was acknowledged had been displayed. */
function displayed(message: Element, { with: peer }: Parties, by: 'peer' | 'self'): Input[] {
  const marker = message.getChild('displayed', NS.markers) ?? message.getChild('acknowledged', NS.markers);
  const cid = asCid(marker?.attrs['id']);
  return cid === undefined ? [] : [{ type: 'displayed', with: peer, by, cid }];
}

/**
 * RFC 6120, section 8.3.1: an error comes from whom the message was for. One of type `wait` (an offline queue that
 * is full) takes nothing back: the message is in both archives. mod_filter_site says `not-allowed` to who is no friend.
 */
export function bouncedOf(stanza: Element, { user, domain }: Owner): Input | undefined {
  const peer = userOfAddress(stanza.attrs['from'] as string | undefined, domain);
  const cid = asCid(stanza.attrs['id']);
  if (stanza.attrs['type'] !== 'error' || peer === undefined || peer === user || cid === undefined)
    return undefined;
  const { condition, type } = stanzaErrorOf(stanza);
  if (type === 'wait') return undefined;
  const code = condition === 'not-allowed' ? 'not-friends' : 'unavailable';
  return { type: 'bounced', with: peer, cid, code };
}

/** From another bridge session of the user's own. `address` is that of this one, which hears its own call as well. */
export function isStateChanged(stanza: Element, { bareAddress }: Owner, address: string): boolean {
  const from = String(stanza.attrs['from']);
  return (
    stanza.attrs['type'] === 'headline' &&
    from.startsWith(`${bareAddress}/`) &&
    from !== address &&
    stanza.getChild('changed', NS.state) !== undefined
  );
}
