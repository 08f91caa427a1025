/** Whose stream it is. */
import type { Element } from '@xmpp/xml';
import { addressOf } from './jid.ts';

export interface Owner {
  readonly user: string;
  readonly domain: string;
  readonly bareAddress: string;
}

export function ownerOf(user: string, domain: string): Owner {
  return { user, domain, bareAddress: addressOf(user, domain) };
}

/** RFC 6120, section 10.3.3: a stanza without `from` is of the own account. */
export function isFromSelf(stanza: Element, owner: Owner): boolean {
  const from = stanza.attrs['from'] as string | undefined;
  return from === undefined || from === owner.bareAddress;
}
