/** Stanza -> roster entries. */
import type { Element } from '@xmpp/xml';
import type { RosterItem } from '../session/ports.ts';
import { userOfAddress } from './jid.ts';
import { NS } from './namespaces.ts';
import type { Owner } from './owner.ts';

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
