/** Stanza -> message with a text. Pure; believes nothing that its sender may not claim. */
import type { Element } from '@xmpp/xml';
import type { Message } from '../protocol/events.ts';
import type { Accepted } from '../session/ports.ts';
import { partiesOf } from './envelope.ts';
import { NS } from './namespaces.ts';
import { isFromSelf, type Owner } from './owner.ts';

/** Characters of a sender's own id of a message. Longer ones are nobody's: they would be kept for each message. */
const LONGEST_CID = 128;

/** What mod_archive_site says of a message of ours; undefined when this is something else. */
export function archivedOf(stanza: Element, owner: Owner): (Accepted & { readonly cid: string }) | undefined {
  const told = stanza.getChild('archived', NS.archived);
  if (told === undefined || !isFromSelf(stanza, owner)) return undefined;
  const { id, 'origin-id': cid, stamp } = told.attrs as Record<string, string | undefined>;
  return id === undefined || cid === undefined ? undefined : { id, cid, at: timeOf(id, stamp) };
}

/** Of a live message. Undefined when it has no text, no archive id, or is not from whom it should be. */
export function messageOf(message: Element, owner: Owner): Message | undefined {
  return chatOf(message, archiveIdOf(message, owner), owner);
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

/** The id that receipts, markers and bounces name: the origin id (XEP-0359), else the stanza's own. */
export function cidOf(message: Element): string | undefined {
  const origin = message.getChild('origin-id', NS.sid)?.attrs['id'] as string | undefined;
  return asCid(origin ?? message.attrs['id']);
}

/** An id as it may stand for a message; undefined when it may not. */
export function asCid(id: unknown): string | undefined {
  return typeof id === 'string' && id !== '' && id.length <= LONGEST_CID ? id : undefined;
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

function chatOf(message: Element, { id, stamp }: ArchiveId, owner: Owner): Message | undefined {
  const parties = partiesOf(message, owner);
  const body = message.getChildText('body');
  if (id === undefined || body === null || body === '' || parties === undefined) return undefined;
  const cid = cidOf(message);
  return {
    id,
    ...(cid !== undefined && { cid }),
    with: parties.with,
    from: parties.from,
    body,
    at: timeOf(id, stamp),
  };
}

/** mod_mam's ids are microseconds since 1970: the same time live and in history. */
function timeOf(id: string, stamp?: string): string {
  const time = /^\d{16}$/.test(id) ? Number(id.slice(0, -3)) : Date.parse(stamp ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}
