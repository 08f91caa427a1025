/** Live messages, however they come: to this device, or as a carbon of what another device got or sent (XEP-0280). */
import type { Element } from '@xmpp/xml';
import { userOfAddress } from './jid.ts';
import { NS } from './namespaces.ts';
import type { Owner } from './owner.ts';

export interface Envelope {
  readonly message: Element;
  /** `sent` and `received` are carbons. */
  readonly by: 'stream' | 'received' | 'sent';
}

/** Undefined for a carbon that is not from the own bare address: CVE-2017-5589 and its kind. */
export function openEnvelope(stanza: Element, owner: Owner): Envelope | undefined {
  const sent = stanza.getChild('sent', NS.carbons);
  const carbon = sent ?? stanza.getChild('received', NS.carbons);
  if (carbon === undefined) return { message: stanza, by: 'stream' };
  const message = carbon.getChild('forwarded', NS.forward)?.getChild('message');
  if (message === undefined || stanza.attrs['from'] !== owner.bareAddress) return undefined;
  return { message, by: sent === undefined ? 'received' : 'sent' };
}

/** The two of a conversation with the owner: who says it, and who the other person is. */
export interface Parties {
  readonly from: string;
  readonly with: string;
}

/** Undefined for what is no chat, from another domain, or between two others. */
export function partiesOf(message: Element, { user, domain }: Owner): Parties | undefined {
  const { from, to, type } = message.attrs as Record<string, string | undefined>;
  if (type !== undefined && type !== 'chat' && type !== 'normal') return undefined;
  const sender = userOfAddress(from, domain);
  // What the own server hands over from others is for the owner, however its sender spelled that: VIC@… is vic.
  const receiver =
    to === undefined ? user : (userOfAddress(to, domain) ?? (sender === user ? undefined : user));
  if (sender === undefined || receiver === undefined || (sender !== user && receiver !== user))
    return undefined;
  return { from: sender, with: sender === user ? receiver : sender };
}
