/** What ejabberd asks the site's component, and the answers: a question and the directory give an IQ. */
import { xml } from '@xmpp/component';
import type { Element } from '@xmpp/xml';
import type { Directory, Friend } from '../../bridge/site/directory.ts';
import { cleanText } from '../../bridge/clean-text.ts';
import { addressOf, userOfAddress } from '../../bridge/xmpp/jid.ts';
import { NS } from '../../bridge/xmpp/namespaces.ts';

/** Characters: ejabberd ends the link, which is everybody's, at max_stanza_size (10 MB). */
const LONGEST = 8_000_000;
/** Friends up to which no list can be as long as that, with ten groups each of 200 characters in six bytes. */
const MEASURED = 500;

/** A question that we answer: whose roster. */
export interface Question {
  readonly name: 'roster';
  readonly user: string;
}

/** RFC 6120, section 8.3.3: the condition, and whether to ask again. */
export type Refusal =
  | { readonly condition: 'service-unavailable' | 'item-not-found'; readonly type: 'cancel' }
  | { readonly condition: 'resource-constraint' | 'remote-server-timeout'; readonly type: 'wait' };

/** The question of an IQ: undefined for one that is none of ours, or whose sender has no business with us. */
export function questionOf(stanza: Element, domain: string): Question | undefined {
  if (stanza.name !== 'iq' || stanza.attrs['type'] !== 'get') return undefined;
  const user = userOfAddress(stanza.attrs['from'] as string | undefined, domain);
  const isRoster = stanza.getChild('query', NS.roster) !== undefined;
  return isRoster && user !== undefined ? { name: 'roster', user } : undefined;
}

/**
 * Undefined when there is no such account any more: ejabberd then ends its streams.
 *
 * @throws DirectoryUnavailable; RangeError when the list is more than ejabberd takes
 */
export async function answerOf(
  { user }: Question,
  directory: Directory,
  domain: string,
): Promise<Element | undefined> {
  const [person, friends] = await Promise.all([directory.user(user), directory.friends(user)]);
  if (person === undefined) return undefined;
  const query = xml('query', { xmlns: NS.roster }, ...friends.map((friend) => itemOf(friend, domain)));
  if (friends.length > MEASURED && query.toString().length > LONGEST)
    throw new RangeError(`the names and groups of ${friends.length} friends are too long`);
  return query;
}

function itemOf({ id, name, groups }: Friend, domain: string): Element {
  const attrs = { jid: addressOf(id, domain), name: cleanText(name), subscription: 'both' };
  return xml('item', attrs, ...groups.map((group) => xml('group', {}, cleanText(group))));
}

/** Does it ask for an answer at all? An answer to a result or an error would go in circles. */
export function wantsAnswer(stanza: Element): boolean {
  const type = stanza.attrs['type'] as unknown;
  return stanza.name === 'iq' && (type === 'get' || type === 'set');
}

export function resultFor(stanza: Element, payload: Element): Element {
  return xml('iq', { ...backTo(stanza), type: 'result' }, payload);
}

export function errorFor(stanza: Element, { condition, type }: Refusal): Element {
  return xml(
    'iq',
    { ...backTo(stanza), type: 'error' },
    xml('error', { type }, xml(condition, { xmlns: NS.stanzaErrors })),
  );
}

function backTo(stanza: Element): { to: unknown; from: unknown; id: unknown } {
  const { from, to, id } = stanza.attrs as Record<string, unknown>;
  return { to: from, from: to, id };
}
