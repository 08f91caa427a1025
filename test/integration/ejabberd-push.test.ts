/** Pushes of the component, by a scripted one: what they change in rosters, presence and filter. */
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { component, type Component } from '@xmpp/component';
import xml, { type Element } from '@xmpp/xml';
import type { NativeClient } from '../support/native-client.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const SITE = 'urn:im-bridge:site:0';
const ROSTER = 'jabber:iq:roster';

const siteDomain = `site.${core.domain}`;
const friends = new Map<string, Element[]>();
let site: Component;

beforeEach(async () => {
  friends.clear();
  await core.component.stop();
  const service = `xmpp://127.0.0.1:${core.ejabberd.ports.component}`;
  site = component({ service, domain: siteDomain, password: core.componentSecret });
  site.reconnect.stop();
  site.removeAllListeners('element'); // its middleware answers IQs by itself
  site.on('element', answer);
  const online = once(site, 'online');
  await site.connect(service);
  await site.open({ domain: siteDomain });
  await online;
});

afterEach(async () => {
  await site.stop();
});

function answer(stanza: Element): void {
  const { from, to, id, type } = stanza.attrs as Record<string, string>;
  if (type !== 'get' || stanza.getChild('query', ROSTER) === undefined) return;
  const items = friends.get(from?.split('@')[0] ?? '') ?? [];
  void site.send(
    xml('iq', { type: 'result', from: to, to: from, id }, xml('query', { xmlns: ROSTER }, ...items)),
  );
}

async function push(user: string, ...changes: Element[]): Promise<string> {
  const id = `push-${user}-${changes.toString().length}`;
  const answered = new Promise<string>((resolve) => {
    const look = (stanza: Element): void => {
      if (stanza.attrs['id'] !== id) return;
      site.off('element', look);
      resolve(String(stanza.attrs['type']));
    };
    site.on('element', look);
  });
  const child = xml('push', { xmlns: SITE, user }, ...changes);
  await site.send(xml('iq', { type: 'set', id, from: siteDomain, to: core.domain }, child));
  return answered;
}

const ping = (client: NativeClient): Promise<Element> =>
  client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), core.domain);
const itemIn = (stanza: Element): Element | undefined =>
  stanza.attrs['type'] === 'set' ? stanza.getChild('query', ROSTER)?.getChild('item') : undefined;
const presenceOf = (user: string, type?: string) => (stanza: Element) =>
  stanza.is('presence') &&
  String(stanza.attrs['from']).startsWith(core.addressOf(user)) &&
  stanza.attrs['type'] === type;

async function online(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  await client.iq('get', xml('query', { xmlns: ROSTER }));
  client.presence();
  await ping(client);
  return client;
}

test('a friendship that is added and removed by push is in roster, presence and filter at once', async () => {
  const [alice, dave] = [await online('alice'), await online('dave')];
  const jid = core.addressOf('dave');
  expect(await push('alice', xml('add', { jid, name: 'Dave' }, xml('group', {}, 'School')))).toBe('result');
  expect(await push('dave', xml('add', { jid: core.addressOf('alice'), name: 'Alice' }))).toBe('result');
  const item = itemIn(await alice.waitFor((stanza) => itemIn(stanza)?.attrs['jid'] === jid));
  expect([item?.attrs['name'], item?.attrs['subscription'], item?.getChildText('group')]).toEqual([
    'Dave',
    'both',
    'School',
  ]);
  await Promise.all([alice.waitFor(presenceOf('dave')), dave.waitFor(presenceOf('alice'))]);
  dave.chat(core.addressOf('alice'), 'hello');
  await alice.waitFor((stanza) => stanza.getChildText('body') === 'hello');
  await push('dave', xml('remove', { jid: core.addressOf('alice') }));
  const id = dave.chat(core.addressOf('alice'), 'hello?');
  const refused = await dave.waitFor((stanza) => stanza.attrs['id'] === id && stanza.is('message'));
  expect(refused.getChild('error')?.getChild('not-allowed')).toBeDefined();
  await push('alice', xml('remove', { jid }));
  await alice.waitFor((stanza) => itemIn(stanza)?.attrs['subscription'] === 'remove');
  await Promise.all([
    alice.waitFor(presenceOf('dave', 'unavailable')),
    dave.waitFor(presenceOf('alice', 'unavailable')),
  ]);
});

test('a refresh asks the component while its push is under way, and pushes only what has changed', async () => {
  const item = (user: string, name: string): Element =>
    xml('item', { jid: core.addressOf(user), name, subscription: 'both' });
  friends.set('alice', [item('bob', 'Bob'), item('carol', 'Carol')]);
  const alice = await online('alice');
  friends.set('alice', [item('bob', 'Robert'), item('carol', 'Carol')]);
  expect(await push('alice', xml('refresh'))).toBe('result');
  await alice.waitFor((stanza) => itemIn(stanza)?.attrs['name'] === 'Robert');
  await ping(alice);
  expect(alice.seen.filter((stanza) => itemIn(stanza) !== undefined)).toHaveLength(1);
});

test('what is no push is refused, and so is a push of anybody else', async () => {
  expect(await push('alice', xml('nonsense'))).toBe('error');
  expect(await push('', xml('refresh'))).toBe('error');
  expect(await push('alice', xml('add', { jid: '@' }))).toBe('error');
  const dave = await online('dave');
  const forged = xml('push', { xmlns: SITE, user: 'dave' }, xml('add', { jid: core.addressOf('alice') }));
  const answered = await dave.iq('set', forged, core.domain);
  expect(answered.getChild('error')?.getChild('forbidden')).toBeDefined();
  expect(
    await core.ejabberd.api('im_are_friends', { user: 'dave', friend: 'alice', host: core.domain }),
  ).toEqual({ answer: 'no' });
});

test('what the component sends to a user passes, and what comes from nowhere does not', async () => {
  const alice = await online('alice');
  await site.send(xml('message', { from: siteDomain, to: alice.address }, xml('body', {}, 'from the site')));
  await alice.waitFor((stanza) => stanza.getChildText('body') === 'from the site');
  await site.send(
    xml('message', { from: `someone@${siteDomain}`, to: alice.address }, xml('body', {}, 'forged')),
  );
  await site.send(xml('message', { from: siteDomain, to: alice.address }, xml('body', {}, 'the end')));
  await alice.waitFor((stanza) => stanza.getChildText('body') === 'the end');
  expect(alice.seen.filter((stanza) => stanza.getChildText('body') === 'forged')).toEqual([]);
});
