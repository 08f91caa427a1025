/** mod_filter_site on a real ejabberd: nothing passes between people who are not friends. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { RowDataPacket } from 'mysql2';
import { parse, stringify } from 'yaml';
import type { NativeClient } from '../support/native-client.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const PING = xml('ping', { xmlns: 'urn:xmpp:ping' });
const NOT_ALLOWED = 'not-allowed';

/** All that the server had to say to this client before it has been said when this is answered. */
const barrier = (client: NativeClient): Promise<Element> => client.iq('get', PING, core.domain);
const conditionOf = (stanza: Element): string | undefined =>
  stanza.getChild('error')?.getChildElements()[0]?.name;
const withId = (id: string) => (stanza: Element) => stanza.attrs['id'] === id;
const from = (user: string) => (stanza: Element) =>
  String(stanza.attrs['from']).startsWith(core.addressOf(user));

test('friends see each other come, and go', async () => {
  const alice = await core.login('alice');
  const bob = await core.login('bob');
  alice.presence();
  await barrier(alice);
  bob.presence();
  const sees = (client: NativeClient, user: string, type?: string): Promise<Element> =>
    client.waitFor((stanza) => stanza.is('presence') && from(user)(stanza) && stanza.attrs['type'] === type);
  await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
  await bob.close();
  await sees(alice, 'bob', 'unavailable');
});

test('a message passes between friends, also from a native client over STARTTLS', async () => {
  const { ports, certificate } = core.ejabberd;
  const alice = await core.login('alice');
  const bob = await core.login('bob', { port: ports.native, ca: readFileSync(certificate, 'utf8') });
  bob.presence();
  await barrier(bob);
  alice.chat(bob.address, 'hello bob');
  expect((await bob.waitFor((stanza) => stanza.getChildText('body') === 'hello bob')).attrs['from']).toBe(
    alice.address,
  );
});

test('a stranger’s message comes back before the acknowledgement, even when that is asked for at once', async () => {
  const dave = await core.login('dave', { sm: true });
  for (let i = 0; i < 20; i += 1) {
    const [before, id] = [dave.seen.length, `early-${i}`];
    const message = xml('message', { to: core.addressOf('alice'), id, type: 'chat' }, xml('body', {}, 'hi'));
    dave.send(`${message.toString()}<r xmlns='urn:xmpp:sm:3'/>`);
    await dave.waitFor((element) => element.is('a') && element.attrs['h'] === String(i + 1));
    const answers = dave.seen.slice(before).filter((element) => !element.is('r')); // the server asks as well
    expect(answers.map(({ name, attrs }) => String(attrs['id'] ?? name))).toEqual([id, 'a']);
    expect(conditionOf(answers[0] ?? xml('none'))).toBe(NOT_ALLOWED);
  }
});

test('a refused message leaves no trace: not with the receiver, the archive, or the sender’s other clients', async () => {
  const [alice, dave, phone] = [
    await core.login('alice'),
    await core.login('dave'),
    await core.login('dave'),
  ];
  for (const client of [alice, dave, phone]) client.presence();
  await phone.iq('set', xml('enable', { xmlns: 'urn:xmpp:carbons:2' }));
  const id = dave.chat(alice.address, 'no trace');
  await dave.waitFor(withId(id));
  await Promise.all([barrier(alice), barrier(phone)]);
  expect([...alice.seen, ...phone.seen].filter((stanza) => stanza.is('message'))).toEqual([]);
  const database = await core.database();
  const [rows] = await database.query<RowDataPacket[]>('SELECT id FROM archive WHERE txt = ?', ['no trace']);
  await database.end();
  expect(rows).toEqual([]);
});

test('an account that does not exist looks like a stranger', async () => {
  const dave = await core.login('dave');
  const answer = async (to: string, stanza: Element): Promise<string> => {
    stanza.attrs['to'] = to;
    stanza.attrs['id'] = `to-${to}-${stanza.name}`;
    dave.send(stanza);
    const refused = await dave.waitFor(withId(String(stanza.attrs['id'])));
    return refused.toString().replaceAll(to, 'X');
  };
  const nobody = core.addressOf('no-such-account');
  for (const make of [
    () => xml('message', { type: 'chat' }, xml('body', {}, 'hi')),
    () => xml('message', { type: 'headline' }, xml('body', {}, 'hi')),
    () => xml('iq', { type: 'get' }, xml('query', { xmlns: 'jabber:iq:last' })),
    () => xml('iq', { type: 'set' }, xml('query', { xmlns: 'urn:example' })),
  ]) {
    const [stranger, none] = [await answer(core.addressOf('alice'), make()), await answer(nobody, make())];
    expect(stranger).toContain(NOT_ALLOWED);
    expect(none).toBe(stranger);
  }
});

test('presence, errors and results to a stranger are dropped without a word', async () => {
  const [alice, dave] = [await core.login('alice'), await core.login('dave')];
  alice.presence();
  await barrier(alice);
  const to = alice.address;
  const kinds = ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe', 'unavailable'];
  for (const type of kinds) dave.presence({ to, type });
  dave.presence({ to });
  dave.send(xml('message', { to, type: 'error' }, xml('body', {}, 'hi')));
  dave.send(xml('iq', { to, type: 'result', id: 'forged' }));
  await barrier(dave);
  await barrier(alice);
  expect(alice.seen.filter(from('dave'))).toEqual([]);
  expect(dave.seen.filter((stanza) => stanza.attrs['type'] === 'error')).toEqual([]);
});

test('users have no business with the component', async () => {
  const alice = await core.login('alice');
  const roster = xml('query', { xmlns: 'jabber:iq:roster' });
  expect(conditionOf(await alice.iq('get', roster, `site.${core.domain}`))).toBe(NOT_ALLOWED);
});

test('the roster is the site’s: it can be read, and not be changed', async () => {
  const alice = await core.login('alice');
  const bob = await core.login('bob');
  bob.presence();
  const query = (...items: Element[]): Element => xml('query', { xmlns: 'jabber:iq:roster' }, ...items);
  const list = async (): Promise<string[]> => {
    const items = (await alice.iq('get', query())).getChild('query')?.getChildren('item') ?? [];
    return items.map(({ attrs }) => [attrs['jid'], attrs['name'], attrs['subscription']].join(' ')).sort();
  };
  const before = ['bob@im.test Bob both', 'carol@im.test Carol both'];
  expect(await list()).toEqual(before);
  const add = xml('item', { jid: core.addressOf('dave') });
  const remove = xml('item', { jid: core.addressOf('bob'), subscription: 'remove' });
  expect(conditionOf(await alice.iq('set', query(add)))).toBe(NOT_ALLOWED);
  expect(conditionOf(await alice.iq('set', query(remove)))).toBe(NOT_ALLOWED);
  expect(conditionOf(await alice.iq('set', query(add), bob.address))).toBe(NOT_ALLOWED); // a forged push
  for (const type of ['subscribe', 'unsubscribed']) alice.presence({ to: core.addressOf('bob'), type });
  await barrier(alice);
  await barrier(bob);
  expect(await list()).toEqual(before);
  expect(bob.seen.filter((stanza) => stanza.is('iq') && stanza.attrs['type'] === 'set')).toEqual([]);
});

test('staff may write to anyone and be answered, and the domain’s own messages pass', async () => {
  const path = join(core.dir, 'ejabberd/ejabberd.yml');
  const config = parse(readFileSync(path, 'utf8')) as { acl: Record<string, unknown> };
  writeFileSync(path, stringify({ ...config, acl: { ...config.acl, support: { user: 'dave' } } }));
  await core.ejabberd.api('reload_config');
  const [alice, dave] = [await core.login('alice'), await core.login('dave')];
  for (const client of [alice, dave]) client.presence();
  await Promise.all([barrier(alice), barrier(dave)]);
  dave.chat(core.addressOf('alice'), 'may I help?');
  await alice.waitFor((stanza) => stanza.getChildText('body') === 'may I help?');
  alice.chat(core.addressOf('dave'), 'yes');
  await dave.waitFor((stanza) => stanza.getChildText('body') === 'yes');
  writeFileSync(path, stringify(config));
  await core.ejabberd.api('reload_config');
  expect(conditionOf(await dave.waitFor(withId(dave.chat(alice.address, 'and now?'))))).toBe(NOT_ALLOWED);
  const notice = {
    type: 'normal',
    from: core.domain,
    to: core.addressOf('alice'),
    subject: '',
    body: 'notice',
  };
  await core.ejabberd.api('send_message', notice);
  await alice.waitFor((stanza) => stanza.getChildText('body') === 'notice');
});

test('ejabberdctl says who is whose friend', async () => {
  const { stdout, code } = await core.ejabberd.ctl('im_friends', 'alice', core.domain);
  expect([code, stdout.trim().split('\n').sort()]).toEqual([0, ['bob@im.test', 'carol@im.test']]);
  const answer = async (...who: string[]): Promise<string> =>
    (await core.ejabberd.ctl('im_are_friends', ...who, core.domain)).stdout.trim();
  expect(await answer('alice', 'bob')).toBe('yes\tthey are friends on the web site');
  expect(await answer('alice', 'dave')).toMatch(/^no\t/);
  expect((await core.ejabberd.ctl('no_such_command')).code).not.toBe(0);
});
