/** Pushes of the component, by a scripted one: what they change in rosters, presence and filter. */
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { component, type Component } from '@xmpp/component';
import xml, { type Element } from '@xmpp/xml';
import type { NativeClient } from '../support/native-client.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const SITE = 'urn:im-bridge:site:0';
const ROSTER = 'jabber:iq:roster';

const siteDomain = `site.${core.domain}`;
const friends = new Map<string, Element[]>();
let site: Component;
let pushes = 0;

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
  const id = `push-${(pushes += 1)}`;
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

const item = (user: string, name: string, ...groups: string[]): Element =>
  xml(
    'item',
    { jid: core.addressOf(user), name, subscription: 'both' },
    ...groups.map((group) => xml('group', {}, group)),
  );
const refused = async (client: NativeClient, id: string): Promise<string | undefined> => {
  const bounce = await client.waitFor((stanza) => stanza.is('message') && stanza.attrs['id'] === id);
  return bounce.getChild('error')?.getChildElements()[0]?.name;
};

test('a friendship that is added and removed by push is in roster, presence and filter at once', async () => {
  const [alice, dave] = [await online('alice'), await online('dave')];
  const jid = core.addressOf('dave');
  friends.set('alice', [item('dave', 'Dave', 'School')]);
  friends.set('dave', [item('alice', 'Alice')]);
  expect(await push('alice', xml('refresh'))).toBe('result');
  expect(await push('dave', xml('refresh'))).toBe('result');
  const pushed = itemIn(await alice.waitFor((stanza) => itemIn(stanza)?.attrs['jid'] === jid));
  expect([pushed?.attrs['name'], pushed?.attrs['subscription'], pushed?.getChildText('group')]).toEqual([
    'Dave',
    'both',
    'School',
  ]);
  await Promise.all([alice.waitFor(presenceOf('dave')), dave.waitFor(presenceOf('alice'))]);
  dave.chat(core.addressOf('alice'), 'hello');
  await alice.waitFor((stanza) => stanza.getChildText('body') === 'hello');
  await push('dave', xml('remove', { jid: core.addressOf('alice') }));
  expect(await refused(dave, dave.chat(core.addressOf('alice'), 'hello?'))).toBe('not-allowed');
  await push('alice', xml('remove', { jid }));
  await alice.waitFor((stanza) => itemIn(stanza)?.attrs['subscription'] === 'remove');
  await Promise.all([
    alice.waitFor(presenceOf('dave', 'unavailable')),
    dave.waitFor(presenceOf('alice', 'unavailable')),
  ]);
});

test('a friend who is renamed has the new name in the roster, in the groups that they had', async () => {
  friends.set('alice', [item('bob', 'Bob', 'School')]);
  friends.set('bob', [item('alice', 'Alice')]);
  const alice = await online('alice');
  const renamed = xml('renamed', { name: 'Robert' }, xml('friend', { jid: core.addressOf('alice') }));
  expect(await push('bob', renamed)).toBe('result');
  const pushed = itemIn(await alice.waitFor((stanza) => itemIn(stanza)?.attrs['name'] === 'Robert'));
  expect(pushed?.getChildText('group')).toBe('School');
  friends.set('alice', [item('bob', 'Robert'), item('carol', 'Caroline')]);
  const unknown = xml('renamed', { name: 'Caroline' }, xml('friend', { jid: core.addressOf('alice') }));
  expect(await push('carol', unknown)).toBe('result');
  await alice.waitFor((stanza) => itemIn(stanza)?.attrs['name'] === 'Caroline');
});

test('an account that is gone is on nobody’s list, its streams end, and nothing passes in between', async () => {
  friends.set('alice', [item('bob', 'Bob')]);
  friends.set('bob', [item('alice', 'Alice')]);
  const [alice, bob, phone] = [await online('alice'), await online('bob'), await online('bob')];
  await alice.waitFor(presenceOf('bob'));
  expect(await push('bob', xml('gone'))).toBe('result');
  await alice.waitFor((stanza) => itemIn(stanza)?.attrs['subscription'] === 'remove');
  await alice.waitFor(presenceOf('bob', 'unavailable'));
  for (const client of [bob, phone])
    await client.waitFor((stanza) => stanza.is('error') && stanza.getChild('not-authorized') !== undefined);
  expect(await refused(alice, alice.chat(core.addressOf('bob'), 'still there?'))).toBe('not-allowed');
  expect(await core.ejabberd.api('user_resources', { user: 'bob', host: core.domain })).toEqual([]);
});

test('somebody who is signed out loses all streams, also one that waits to be resumed', async () => {
  friends.set('bob', []);
  const [desk, phone] = [await online('bob'), await core.login('bob', { sm: true })];
  phone.cut();
  expect(await push('bob', xml('signed-out'))).toBe('result');
  await desk.waitFor((stanza) => stanza.is('error') && stanza.getChild('reset') !== undefined);
  await waitUntil('the streams to be over', async () => {
    const resources = await core.ejabberd.api('user_resources', { user: 'bob', host: core.domain });
    return (resources as unknown[]).length === 0;
  });
});

test('changes and refreshes that meet leave what the site said last', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `name-${i}`);
  friends.set('alice', [item('bob', 'Bob')]);
  const alice = await online('alice');
  await Promise.all(
    names.map(async (name) => {
      friends.set('alice', [item('bob', name)]);
      await push('alice', xml('refresh'));
    }),
  );
  const list = await alice.iq('get', xml('query', { xmlns: ROSTER }));
  expect(list.getChild('query')?.getChild('item')?.attrs['name']).toBe(names.at(-1));
});

test('of two changes at once the client is told last what is so', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => item(`u${i}`, `User ${i}`));
  friends.set('alice', many);
  const alice = await online('alice');
  const jid = core.addressOf('dave');
  const told = (): (string | undefined)[] =>
    alice.seen
      .map((stanza) => itemIn(stanza))
      .filter((one) => one?.attrs['jid'] === jid)
      .map((one) => one?.attrs['subscription'] as string | undefined);
  for (let i = 0; i < 10; i += 1) {
    friends.set('alice', [...many.slice(i % 2), item('dave', 'Dave')]);
    const added = push('alice', xml('refresh'));
    friends.set('alice', many);
    const removed = push('alice', xml('remove', { jid }), xml('refresh'));
    expect(await Promise.all([added, removed])).toEqual(['result', 'result']);
    await ping(alice);
    expect(told().at(-1)).not.toBe('both');
  }
});

test('a refresh asks the component while its push is under way, and pushes only what has changed', async () => {
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
  expect(await push('alice', xml('remove', { jid: '@' }))).toBe('error');
  expect(await push('alice', xml('renamed', { name: 'A' }, xml('friend', { jid: 'x' })))).toBe('error');
  const dave = await online('dave');
  const forged = xml('push', { xmlns: SITE, user: 'alice' }, xml('gone'));
  const answered = await dave.iq('set', forged, core.domain);
  expect(answered.getChild('error')?.getChild('forbidden')).toBeDefined();
  expect(
    await core.ejabberd.api('im_are_friends', { user: 'dave', friend: 'alice', host: core.domain }),
  ).toMatchObject({ answer: 'no' });
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

test('who is traced: the component is told what the filter decides about them, until it ends', async () => {
  const decisions: Element[] = [];
  site.on('element', (stanza: Element) => {
    const decision = stanza.getChild('decision', SITE);
    if (stanza.attrs['from'] === core.domain && decision !== undefined) decisions.push(decision);
  });
  const from = (user: string, id: string) => (decision: Element) =>
    decision.attrs['id'] === id && String(decision.attrs['from']).startsWith(core.addressOf(user));
  const seen = (user: string, id: string): Promise<Element> =>
    waitUntil(`what was decided of ${id}`, () => decisions.find(from(user, id)));
  const traced = (until: number | string): Promise<string> =>
    push('alice', xml('traced', { until: String(until) }));
  const later = Math.floor(Date.now() / 1000) + 600;
  friends.set('alice', [item('bob', 'Bob')]).set('bob', [item('alice', 'Alice')]);
  const [alice, bob, dave] = [await online('alice'), await online('bob'), await online('dave')];
  expect(await traced('soon')).toBe('error');
  expect(await traced(later)).toBe('result');
  const hers = await seen('alice', alice.chat(core.addressOf('bob'), 'hello'));
  expect(hers.attrs).toMatchObject({ kind: 'message', verdict: 'passed', reason: 'friends' });
  expect(String(hers.attrs['to'])).toBe(core.addressOf('bob'));
  const his = await seen('dave', dave.chat(core.addressOf('alice'), 'hello'));
  expect(his.attrs).toMatchObject({ verdict: 'stranger', reason: 'not_friends' });
  const others = dave.chat(core.addressOf('bob'), 'nobody here is traced');
  expect(await traced(0)).toBe('result');
  const after = alice.chat(core.addressOf('bob'), 'not any more');
  await bob.waitFor((stanza) => stanza.attrs['id'] === after);
  expect(await push('alice', xml('refresh'))).toBe('result'); // behind it on the link
  expect([decisions.some(from('dave', others)), decisions.some(from('alice', after))]).toEqual([
    false,
    false,
  ]);
  expect(decisions.map(String).join('')).not.toContain('hello');
});
