/** The roster of RFC 6121 on the site's friendships: names, groups, versions (XEP-0237), and who may change it. */
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { NativeClient } from '../support/native-client.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const ROSTER = 'jabber:iq:roster';

const ask = async (client: NativeClient, ver?: string): Promise<Element | undefined> =>
  (await client.iq('get', xml('query', { xmlns: ROSTER, ...(ver !== undefined && { ver }) }))).getChild(
    'query',
  );
const versionOf = (query: Element | undefined): string => String(query?.attrs['ver']);
const pushedItem = (stanza: Element): Element | undefined =>
  stanza.attrs['type'] === 'set' ? stanza.getChild('query', ROSTER)?.getChild('item') : undefined;

async function onSite(sql: string): Promise<void> {
  const site = await core.siteDatabase();
  await site.query(sql);
  await site.end();
}

test('names and groups are the site’s', async () => {
  const alice = await core.login('alice');
  const items = (await ask(alice))?.getChildren('item') ?? [];
  const bob = items.find(({ attrs }) => attrs['jid'] === core.addressOf('bob'));
  expect([bob?.attrs['name'], bob?.attrs['subscription'], bob?.getChildText('group')]).toEqual([
    'Bob',
    'both',
    'Close friends',
  ]);
});

test('a client that has the list is told so; one that has an older list gets the new one', async () => {
  const first = await core.login('alice');
  expect(
    first.seen.some((element) => element.getChild('ver', 'urn:xmpp:features:rosterver') !== undefined),
  ).toBe(true);
  const ver = versionOf(await ask(first, ''));
  expect(ver).not.toBe('undefined');
  expect(await ask(first, ver)).toBeUndefined();
  await first.close();
  expect(await ask(await core.login('alice'), ver)).toBeUndefined(); // also after a new login, and no table
  await onSite("UPDATE friendships SET circle = 'Chess' WHERE user_id = 'alice' AND friend_id = 'carol'");
  const later = await core.login('alice');
  await waitUntil('another list', async () => (await ask(later, ver)) !== undefined);
  expect((await ask(later, ver))?.getChildren('item')).toHaveLength(2);
  await onSite("UPDATE friendships SET circle = NULL WHERE user_id = 'alice' AND friend_id = 'carol'");
});

test('a push carries the version that the list then has', async () => {
  const alice = await core.login('alice');
  await ask(alice);
  alice.presence();
  await onSite("UPDATE friendships SET circle = 'Work' WHERE user_id = 'alice' AND friend_id = 'bob'");
  const push = await alice.waitFor((stanza) => pushedItem(stanza)?.getChildText('group') === 'Work');
  expect(await ask(alice, versionOf(push.getChild('query')))).toBeUndefined();
  await onSite(
    "UPDATE friendships SET circle = 'Close friends' WHERE user_id = 'alice' AND friend_id = 'bob'",
  );
  await alice.waitFor((stanza) => pushedItem(stanza)?.getChildText('group') === 'Close friends');
});
