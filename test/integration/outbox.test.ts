/** The outbox of the site, followed by the component: nothing is lost, whatever happens to who follows it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type mysql from 'mysql2/promise';
import type { NativeClient } from '../support/native-client.ts';
import { startSecondComponent } from '../support/second-component.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
let site: mysql.Connection;

beforeEach(async () => {
  site = await core.siteDatabase();
});

afterEach(async () => {
  await site.query('DELETE FROM friendships');
  await core.befriend('alice', 'bob');
  await core.befriend('alice', 'carol');
  await outboxIsEmpty();
  await site.end();
});

const ping = (client: NativeClient): Promise<Element> =>
  client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), core.domain);

async function rowsLeft(): Promise<number> {
  const [rows] = await site.query<mysql.RowDataPacket[]>('SELECT id FROM im_outbox');
  return rows.length;
}

async function outboxIsEmpty(): Promise<void> {
  await waitUntil('the outbox to be empty', async () => (await rowsLeft()) === 0);
}

async function online(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  await client.iq('get', xml('query', { xmlns: 'jabber:iq:roster' }));
  client.presence();
  await ping(client);
  return client;
}

async function passes(from: NativeClient, to: string): Promise<boolean> {
  const id = from.chat(core.addressOf(to), 'hello', `to-${to}-${from.seen.length}-${Math.random()}`);
  await ping(from);
  return !from.seen.some((stanza) => stanza.is('message') && stanza.attrs['id'] === id);
}

const passesSoon = (from: NativeClient, to: string): Promise<unknown> =>
  waitUntil(`${to} to be a friend`, () => passes(from, to));
const isRefusedSoon = (from: NativeClient, to: string): Promise<unknown> =>
  waitUntil(`${to} to be no friend`, async () => !(await passes(from, to)));

test('what changed while no component was there takes effect when one is back', async () => {
  const [alice, bob, dave] = [await online('alice'), await online('bob'), await online('dave')];
  await core.component.kill();
  await core.unfriend('alice', 'bob');
  await core.befriend('alice', 'dave');
  expect([await passes(bob, 'alice'), await passes(dave, 'alice')]).toEqual([true, false]); // nobody has said so
  await core.startComponent();
  await isRefusedSoon(bob, 'alice');
  await isRefusedSoon(alice, 'bob');
  await passesSoon(dave, 'alice');
  await outboxIsEmpty();
});

test('a row that is committed after later ones is not passed over', async () => {
  const dave = await online('dave');
  const late = await core.siteDatabase();
  await late.beginTransaction();
  await late.query(
    "INSERT INTO friendships (user_id, friend_id) VALUES ('dave', 'carol'), ('carol', 'dave')",
  );
  await core.befriend('dave', 'bob');
  await passesSoon(dave, 'bob');
  expect(await passes(dave, 'carol')).toBe(false);
  await late.commit();
  await late.end();
  await passesSoon(dave, 'carol');
});

test('a friendship that may have ended has ended, when the site does not answer; and its row stays', async () => {
  const bob = await online('bob');
  await core.component.stop();
  await core.unfriend('alice', 'bob');
  const lock = await core.siteDatabase();
  await lock.query('LOCK TABLES friendships WRITE');
  await core.startComponent();
  await isRefusedSoon(bob, 'alice');
  expect(await rowsLeft()).toBeGreaterThan(0);
  await lock.query('UNLOCK TABLES');
  await lock.end();
  await outboxIsEmpty();
  expect(await passes(bob, 'alice')).toBe(false);
});

test('two components follow one outbox: both do all, and one that is killed leaves nothing undone', async () => {
  const [bob, dave] = [await online('bob'), await online('dave')];
  const second = await startSecondComponent(core.dir);
  for (let i = 0; i < 5; i += 1) {
    await core.befriend('bob', 'dave');
    await passesSoon(dave, 'bob');
    await core.unfriend('bob', 'dave');
    await isRefusedSoon(dave, 'bob');
  }
  await core.befriend('bob', 'dave');
  await core.component.kill();
  await passesSoon(dave, 'bob');
  await passesSoon(bob, 'dave');
  await core.startComponent();
  await second.kill();
  await core.unfriend('bob', 'dave');
  await isRefusedSoon(bob, 'dave');
});

test('friendships that begin and end many times, all at once, are in the end what the site says', async () => {
  const [alice, dave] = [await online('alice'), await online('dave')];
  for (let i = 0; i < 30; i += 1) {
    await core.befriend('alice', 'dave');
    if (i % 3 !== 0)
      await site.query("UPDATE friendships SET circle = ? WHERE friend_id = 'dave'", [`c${i}`]);
    await core.unfriend('alice', 'dave');
  }
  await outboxIsEmpty();
  expect([await passes(alice, 'dave'), await passes(dave, 'alice')]).toEqual([false, false]);
  await core.befriend('alice', 'dave');
  await outboxIsEmpty();
  expect([await passes(alice, 'dave'), await passes(dave, 'alice')]).toEqual([true, true]);
});

test('somebody who is suspended between sign-in and session is ended, though nobody told ejabberd', async () => {
  const bob = await core.login('bob'); // has not asked for anything yet
  await core.component.stop();
  await site.query("UPDATE users SET status = 'suspended' WHERE id = 'bob'");
  await site.query('DELETE FROM im_outbox');
  try {
    await core.startComponent();
    bob.chat(core.addressOf('alice'), 'am I still here?');
    await bob.waitFor((element) => element.is('error') && element.getChild('not-authorized') !== undefined);
  } finally {
    await site.query("UPDATE users SET status = 'active' WHERE id = 'bob'");
  }
});
