/** mod_invisible_site on a real ejabberd: friends see nobody, and everything else goes on (XEP-0186). */
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { NativeClient, NativeOptions } from '../support/native-client.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';
import { KINDS } from './filter-matrix/kinds.ts';

const core = useXmppCore();
const INVISIBLE = 'urn:xmpp:invisible:1';
const CARBONS = 'urn:xmpp:carbons:2';
const PING = xml('ping', { xmlns: 'urn:xmpp:ping' });

const command = (client: NativeClient, name: 'invisible' | 'visible'): Promise<Element> =>
  client.iq('set', xml(name, { xmlns: INVISIBLE }));
const saying = (body: string) => (stanza: Element) => stanza.getChildText('body') === body;
const conditionOf = (stanza: Element): string | undefined =>
  stanza.getChild('error')?.getChildElements()[0]?.name;

/** What these have been sent so far, they have: presence goes by the friend's process and back. */
async function settle(...clients: NativeClient[]): Promise<void> {
  for (let hop = 0; hop < 2; hop += 1) {
    for (const client of clients) await client.iq('get', PING, core.domain);
  }
}

/** The presence of a user's clients in the order in which it came: `available` or its type. */
function presenceOf(user: string, seenBy: NativeClient): string[] {
  return seenBy.seen
    .filter((stanza) => stanza.is('presence'))
    .filter((stanza) => String(stanza.attrs['from']).startsWith(`${core.addressOf(user)}/`))
    .map((stanza) => String(stanza.attrs['type'] ?? 'available'));
}

async function present(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  client.presence();
  await settle(client);
  return client;
}

/** Signed in, and never seen. */
async function hidden(user: string, options: Partial<NativeOptions> = {}): Promise<NativeClient> {
  const client = await core.login(user, options);
  expect((await command(client, 'invisible')).attrs['type']).toBe('result');
  client.presence();
  await settle(client);
  return client;
}

test('who signs in invisible is not seen, and sees', async () => {
  const bob = await present('bob');
  const alice = await hidden('alice');
  const carol = await present('carol');
  await settle(alice, bob, carol);
  expect([presenceOf('alice', bob), presenceOf('alice', carol)]).toEqual([[], []]);
  expect([presenceOf('bob', alice), presenceOf('carol', alice)]).toEqual([['available'], ['available']]);
  alice.send(xml('presence', {}, xml('show', {}, 'dnd')));
  await alice.close();
  await settle(bob, carol);
  expect([presenceOf('alice', bob), presenceOf('alice', carol)]).toEqual([[], []]);
});

test('who turns invisible is gone for friends, and back when they turn visible', async () => {
  const [alice, bob] = [await present('alice'), await present('bob')];
  await settle(alice, bob);
  await command(alice, 'invisible');
  await settle(alice, bob);
  expect(presenceOf('alice', bob)).toEqual(['available', 'unavailable']);
  await command(alice, 'invisible'); // again
  alice.send(xml('presence', {}, xml('show', {}, 'away'))); // is told when they are back
  await settle(alice, bob);
  expect(presenceOf('alice', bob)).toEqual(['available', 'unavailable']);
  await command(alice, 'visible');
  await settle(alice, bob);
  expect(presenceOf('alice', bob)).toEqual(['available', 'unavailable', 'available']);
  expect(
    bob.seen
      .filter((stanza) => stanza.is('presence'))
      .at(-1)
      ?.getChildText('show'),
  ).toBe('away');
  await alice.close();
  await waitUntil('bob to see alice go', () => presenceOf('alice', bob).at(-1) === 'unavailable');
});

test('messages, presence and carbons come to an invisible session at once, and nothing is kept for later', async () => {
  const [bob, phone] = [await present('bob'), await present('alice')];
  const alice = await hidden('alice');
  await alice.iq('set', xml('enable', { xmlns: CARBONS }));
  bob.chat(core.addressOf('alice'), 'are you there?');
  await alice.waitFor(saying('are you there?'));
  phone.chat(core.addressOf('bob'), 'on my way');
  await alice.waitFor(
    (stanza) => stanza.getChild('sent', CARBONS)?.toString().includes('on my way') === true,
  );
  bob.send(xml('presence', {}, xml('show', {}, 'dnd')));
  await alice.waitFor((stanza) => stanza.is('presence') && stanza.getChildText('show') === 'dnd');
  const database = await core.database();
  const [rows] = await database.query("SELECT 'kept' FROM spool UNION SELECT 'list' FROM privacy_list");
  await database.end();
  expect(rows).toEqual([]);
});

test('the user’s other sessions see it, and are seen themselves', async () => {
  const bob = await present('bob');
  const phone = await present('alice');
  const alice = await hidden('alice');
  await settle(alice, phone, bob);
  expect(phone.seen.some((stanza) => stanza.is('presence') && stanza.attrs['from'] === alice.address)).toBe(
    true,
  );
  expect(presenceOf('alice', bob)).toEqual(['available']); // the phone
  await alice.close();
  await settle(phone, bob);
  expect(presenceOf('alice', phone).at(-1)).toBe('unavailable');
  expect(presenceOf('alice', bob)).toEqual(['available']);
});

test('directed presence goes nowhere either', async () => {
  const bob = await present('bob');
  const alice = await hidden('alice');
  alice.presence({ to: bob.address });
  alice.presence({ to: core.addressOf('bob'), type: 'unavailable' });
  await settle(alice, bob);
  expect(presenceOf('alice', bob)).toEqual([]);
});

test('it stays so over a lost connection and its resumption (XEP-0198)', async () => {
  const bob = await present('bob');
  const first = await hidden('alice', { sm: true });
  const resume = first.resumption();
  first.cut();
  const second = await core.login('alice', { resume });
  second.send(xml('presence', {}, xml('show', {}, 'xa')));
  await settle(second, bob);
  expect(presenceOf('alice', bob)).toEqual([]);
  expect(conditionOf(await bob.iq('get', PING, first.address))).toBe('service-unavailable');
  await command(second, 'visible');
  await settle(second, bob);
  expect(presenceOf('alice', bob)).toEqual(['available']);
});

test('a new friend, and one who is lost, are told nothing', async () => {
  const dave = await present('dave');
  const alice = await hidden('alice');
  const change = async (how: 'befriend' | 'unfriend'): Promise<void> => {
    await core[how]('alice', 'dave');
    for (const user of ['alice', 'dave']) await core.ejabberd.api('im_refresh', { user, host: core.domain });
    await settle(alice, dave);
  };
  await change('befriend');
  await change('unfriend');
  expect(presenceOf('alice', dave)).toEqual([]);
  expect(alice.seen.filter((stanza) => stanza.attrs['type'] === 'error')).toEqual([]);
});

/** Word for word what bob hears of one stanza of each kind to alice, with what differs by nature taken out. */
async function heard(bob: NativeClient): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [kind, make] of Object.entries(KINDS)) {
    if (kind.includes('archive query')) continue; // the answer is bob’s own archive, which grows

    for (const to of [core.addressOf('alice'), `${core.addressOf('alice')}/phone`]) {
      const from = bob.seen.length;
      const stanza = make();
      Object.assign(stanza.attrs, { to, id: 'asked' });
      bob.send(stanza);
      await settle(bob);
      const news = bob.seen.slice(from).filter((element) => !String(element.attrs['id']).startsWith('iq-'));
      answers[`${kind} to ${to}`] = news
        .map((element) => element.toString().replace(/seconds="\d{4}"/, 'seconds'))
        .join(' ')
        .replaceAll(bob.address, 'bob');
    }
  }
  return answers;
}

test('whatever a friend sends is answered as if nobody was there', async () => {
  const bob = await present('bob');
  const hourAgo = { timestamp: Math.floor(Date.now() / 1000) - 3600, status: 'lunch' };
  await core.ejabberd.api('set_last', { user: 'alice', host: core.domain, ...hourAgo });
  const away = await heard(bob);
  const alice = await hidden('alice', { resource: 'phone' });
  expect(await heard(bob)).toEqual(away);
  await settle(alice);
  expect(alice.seen.some(saying('a word'))).toBe(true); // and yet she has it
  await command(alice, 'visible');
  expect(await heard(bob)).not.toEqual(away);
});
