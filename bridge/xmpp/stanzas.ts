/** Pure: stanza -> what it says, and what we say -> stanza. Believes nothing that its sender may not claim. */
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import type { Message, PeerShow } from '../protocol/events.ts';
import type { Accepted, Input, OutgoingMessage, RosterItem } from '../session/ports.ts';
import { cleanText } from '../clean-text.ts';
import { addressOf, userOfAddress } from './jid.ts';
import { NS } from './namespaces.ts';

/** Whose stream it is. */
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

/** A chat message, asking mod_archive_site to tell its archive id. XEP-0359: the origin id carries the cid. */
export function messageStanza({ to, body, cid, since }: OutgoingMessage, { domain }: Owner): Element {
  return xml(
    'message',
    { type: 'chat', to: addressOf(to, domain), id: cid },
    xml('body', {}, cleanText(body)),
    xml('origin-id', { xmlns: NS.sid, id: cid }),
    xml('tell', { xmlns: NS.archived, ...(since !== undefined && { again: 'true', since }) }),
  );
}

/** What mod_archive_site says of a message of ours; undefined when this is something else. */
export function archivedOf(stanza: Element, owner: Owner): (Accepted & { readonly cid: string }) | undefined {
  const told = stanza.getChild('archived', NS.archived);
  if (told === undefined || !isFromSelf(stanza, owner)) return undefined;
  const { id, 'origin-id': cid, stamp } = told.attrs as Record<string, string | undefined>;
  return id === undefined || cid === undefined ? undefined : { id, cid, at: timeOf(id, stamp) };
}

/**
 * A live message, or a carbon of one (XEP-0280): in, or out from another device of the user. Undefined when it
 * has no text, no archive id, or is not from whom it should be.
 */
export function messageOf(stanza: Element, owner: Owner): Message | undefined {
  const carbon = stanza.getChild('sent', NS.carbons) ?? stanza.getChild('received', NS.carbons);
  if (carbon === undefined) return chatOf(stanza, archiveIdOf(stanza, owner), owner);
  // CVE-2017-5589 and its kind: a carbon counts from the own bare address alone.
  if (stanza.attrs['from'] !== owner.bareAddress) return undefined;
  const inner = carbon.getChild('forwarded', NS.forward)?.getChild('message');
  return inner === undefined ? undefined : chatOf(inner, archiveIdOf(inner, owner), owner);
}

/** A result of an archive query (XEP-0313, section 4.2), for a query of ours. */
export function archiveResultOf(
  stanza: Element,
  owner: Owner,
): { queryId: string; message: Message | undefined } | undefined {
  const result = stanza.getChild('result', NS.mam);
  const queryId = result?.attrs['queryid'] as string | undefined;
  if (result === undefined || queryId === undefined || !isFromSelf(stanza, owner)) return undefined;
  const forwarded = result.getChild('forwarded', NS.forward);
  const inner = forwarded?.getChild('message');
  const stamp = forwarded?.getChild('delay', NS.delay)?.attrs['stamp'] as string | undefined;
  const id = { id: result.attrs['id'] as string | undefined, stamp };
  return { queryId, message: inner === undefined ? undefined : chatOf(inner, id, owner) };
}

interface ArchiveId {
  readonly id: string | undefined;
  readonly stamp?: string | undefined;
}

/** XEP-0359, section 5: only the id that the own server gave for the own archive. */
function archiveIdOf(message: Element, { bareAddress }: Owner): ArchiveId {
  const ids = message.getChildren('stanza-id', NS.sid);
  return { id: ids.find((id) => id.attrs['by'] === bareAddress)?.attrs['id'] as string | undefined };
}

function chatOf(message: Element, { id, stamp }: ArchiveId, { user, domain }: Owner): Message | undefined {
  const { from, to, type } = message.attrs as Record<string, string | undefined>;
  const body = message.getChildText('body');
  const sender = userOfAddress(from, domain);
  // What the own server hands over from others is for the owner, however its sender spelled that: VIC@… is vic.
  const receiver =
    to === undefined ? user : (userOfAddress(to, domain) ?? (sender === user ? undefined : user));
  if (id === undefined || body === null || body === '' || sender === undefined || receiver === undefined)
    return undefined;
  if ((type !== undefined && type !== 'chat' && type !== 'normal') || (sender !== user && receiver !== user))
    return undefined;
  const cid = message.getChild('origin-id', NS.sid)?.attrs['id'] as string | undefined;
  const peer = sender === user ? receiver : sender;
  return {
    id,
    ...(cid !== undefined && sender === user && { cid }),
    with: peer,
    from: sender,
    body,
    at: timeOf(id, stamp),
  };
}

/** mod_mam's ids are microseconds since 1970: the same time live and in history. */
function timeOf(id: string, stamp?: string): string {
  const time = /^\d{16}$/.test(id) ? Number(id.slice(0, -3)) : Date.parse(stamp ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}

/** RFC 6121, section 4.7: presence of somebody's resource. Undefined for errors, probes and subscriptions. */
export function presenceOf(stanza: Element, owner: Owner, now: () => Date): Input | undefined {
  const { from, type } = stanza.attrs as Record<string, string | undefined>;
  const id = userOfAddress(from, owner.domain);
  if (id === undefined || id === owner.user || (type !== undefined && type !== 'unavailable'))
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

/** Characters of a friend's status text that a dock shows. */
const MAX_STATUS = 500;

function showOf(show: string | null): PeerShow {
  if (show === 'dnd') return 'dnd';
  return show === 'away' || show === 'xa' ? 'away' : 'online';
}

/** RFC 6121, section 2.1: the entries of a roster result or push. Those of other domains are left out. */
export function rosterItemsOf(stanza: Element, { domain }: Owner): { item: RosterItem; removed: boolean }[] {
  const items = stanza.getChild('query', NS.roster)?.getChildren('item') ?? [];
  return items.flatMap((item) => {
    const { jid, name, subscription } = item.attrs as Record<string, string | undefined>;
    const id = userOfAddress(jid, domain);
    if (id === undefined) return [];
    const groups = item.getChildren('group').map((group) => group.text());
    return [{ item: { id, name: name ?? id, groups }, removed: subscription === 'remove' }];
  });
}
