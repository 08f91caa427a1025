/** The friends of people who are online: while the component is away, when it is back, and when they change. */
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { NativeClient } from '../support/native-client.ts';
import { whileStopped } from '../support/stopped.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();

const ping = (client: NativeClient): Promise<Element> =>
  client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), core.domain);
const saying = (body: string) => (stanza: Element) => stanza.getChildText('body') === body;
const presenceOf = (user: string, type?: string) => (stanza: Element) =>
  stanza.is('presence') &&
  String(stanza.attrs['from']).startsWith(core.addressOf(user)) &&
  stanza.attrs['type'] === type;
const pushOf = (user: string, subscription: string) => (stanza: Element) => {
  const item = stanza.attrs['type'] === 'set' ? stanza.getChild('query')?.getChild('item') : undefined;
  return item?.attrs['jid'] === core.addressOf(user) && item.attrs['subscription'] === subscription;
};

async function rosterOf(client: NativeClient): Promise<unknown[]> {
  const answer = await client.iq('get', xml('query', { xmlns: 'jabber:iq:roster' }));
  const items = answer.getChild('query')?.getChildren('item') ?? [];
  return items.map((item) => item.attrs['jid'] as unknown).sort();
}

/** What becomes of a message: `undefined` when it reaches the receiver, else the error. */
async function fate(from: NativeClient, to: NativeClient, body: string): Promise<Element | undefined> {
  const id = from.chat(to.address, body);
  const bounced = (stanza: Element): boolean => stanza.attrs['id'] === id && stanza.is('message');
  await ping(from);
  await ping(to);
  if (to.seen.some(saying(body))) return undefined;
  return from.seen.find(bounced)?.getChild('error');
}

/** Runs `during` without a component, and starts it again whatever happens. */
async function withoutComponent<T>(during: () => Promise<T>): Promise<T> {
  await core.component.stop();
  try {
    return await during();
  } finally {
    await core.startComponent();
  }
}

const ROSTER = ['bob@im.test', 'carol@im.test'];

test('with the component down people log in, the roster is empty, nothing passes; and it mends itself', async () => {
  const [alice, bob, dave] = await withoutComponent(async () => {
    const cast = [await core.login('alice'), await core.login('bob'), await core.login('dave')] as const;
    const [alice, bob, dave] = cast;
    for (const client of [alice, bob, dave]) client.presence();
    expect(await rosterOf(alice)).toEqual([]);
    expect((await fate(alice, bob, 'too early'))?.attrs['type']).toBe('wait');
    expect((await fate(dave, alice, 'never'))?.attrs['type']).toBe('wait');
    const others = alice.seen.filter(({ attrs }) => /^(bob|dave)@/.test(String(attrs['from'])));
    expect(others.filter(({ attrs }) => attrs['type'] !== 'error')).toEqual([]);
    return cast;
  });
  await alice.waitFor(pushOf('bob', 'both'), 'the roster');
  await alice.waitFor(presenceOf('bob'));
  await bob.waitFor(presenceOf('alice'));
  expect(await rosterOf(alice)).toEqual(ROSTER);
  expect(await fate(alice, bob, 'now')).toBeUndefined();
  expect((await fate(dave, alice, 'never'))?.getChild('not-allowed')).toBeDefined();
});

test('with a component that hangs, people log in all the same; who is online is not troubled', async () => {
  const alice = await core.login('alice');
  const carol = await core.login('carol');
  expect([await rosterOf(alice), await rosterOf(carol)]).toEqual([ROSTER, ['alice@im.test']]);
  const bob = await whileStopped(core.component, async () => {
    const bob = await core.login('bob');
    expect(await rosterOf(bob)).toEqual([]);
    expect(await rosterOf(bob)).toEqual([]);
    expect(await fate(alice, carol, 'all is well')).toBeUndefined();
    return bob;
  });
  await bob.waitFor(pushOf('alice', 'both'), 'the roster');
});

test('a friendship that begins or ends while both are online is in their rosters, presence and filter', async () => {
  const [alice, dave] = [await core.login('alice'), await core.login('dave')];
  for (const client of [alice, dave]) {
    await rosterOf(client);
    client.presence();
  }
  await Promise.all([ping(alice), ping(dave)]);
  const refresh = async (): Promise<void> => {
    for (const user of ['alice', 'dave']) await core.ejabberd.api('im_refresh', { user, host: core.domain });
  };
  await core.befriend('alice', 'dave');
  await refresh();
  await Promise.all([alice.waitFor(pushOf('dave', 'both')), dave.waitFor(pushOf('alice', 'both'))]);
  await Promise.all([alice.waitFor(presenceOf('dave')), dave.waitFor(presenceOf('alice'))]);
  expect(await fate(dave, alice, 'hello friend')).toBeUndefined();
  await core.unfriend('alice', 'dave');
  await refresh();
  await Promise.all([alice.waitFor(pushOf('dave', 'remove')), dave.waitFor(pushOf('alice', 'remove'))]);
  await Promise.all([
    alice.waitFor(presenceOf('dave', 'unavailable')),
    dave.waitFor(presenceOf('alice', 'unavailable')),
  ]);
  expect((await fate(dave, alice, 'still there?'))?.getChild('not-allowed')).toBeDefined();
});

test('friends stay known while any client of the user is there', async () => {
  const [phone, desk, bob] = [await core.login('alice'), await core.login('alice'), await core.login('bob')];
  bob.presence();
  await rosterOf(desk);
  await phone.close();
  await withoutComponent(async () => {
    expect(await fate(desk, bob, 'from the desk')).toBeUndefined();
  });
});
