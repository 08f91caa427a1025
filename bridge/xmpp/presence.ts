/** Stanza -> presence of somebody's resource (RFC 6121, section 4.7). */
import type { Element } from '@xmpp/xml';
import type { PeerShow } from '../protocol/events.ts';
import type { Input } from '../session/ports.ts';
import { userOfAddress } from './jid.ts';
import { NS } from './namespaces.ts';
import type { Owner } from './owner.ts';

export type PresenceInput = Extract<Input, { type: 'presence' }>;

/** Characters of a status text that a dock shows. */
const MAX_STATUS = 500;

/**
 * Of a friend, or of another resource of the user's own. Undefined for errors, probes and subscriptions, and for
 * what comes from `address`, which is the own resource.
 */
export function presenceOf(
  stanza: Element,
  { domain }: Owner,
  address: string,
  now: () => Date,
): PresenceInput | undefined {
  const { from, type } = stanza.attrs as Record<string, string | undefined>;
  const id = userOfAddress(from, domain);
  if (id === undefined || from === address || (type !== undefined && type !== 'unavailable'))
    return undefined;
  const stamp = Date.parse(String(stanza.getChild('delay', NS.delay)?.attrs['stamp']));
  const status = stanza.getChildText('status');
  return {
    type: 'presence',
    id,
    resource: from?.split('/').slice(1).join('/') ?? '',
    show: type === 'unavailable' ? 'offline' : showOf(stanza.getChildText('show')),
    ...(status !== null && status !== '' && { status: status.slice(0, MAX_STATUS) }),
    priority: Number.parseInt(stanza.getChildText('priority') ?? '0', 10) || 0,
    since: (Number.isNaN(stamp) ? now() : new Date(stamp)).toISOString(),
  };
}

function showOf(show: string | null): PeerShow {
  if (show === 'dnd') return 'dnd';
  return show === 'away' || show === 'xa' ? 'away' : 'online';
}
