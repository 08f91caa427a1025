/** What changes on the site changes in the chat, for who is online: the row that a trigger wrote is all that is told. */
import { expect } from '@jest/globals';
import type mysql from 'mysql2/promise';
import type { Event } from '../../bridge/protocol/events.ts';
import type { NativeClient } from '../support/native-client.ts';
import type { Stack } from '../support/stack.ts';
import { befriend, siteDatabase, story, useStack, type Person } from '../support/story.ts';
import { call, Refused, type Answer, type Tab } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';
import xml, { type Element } from '@xmpp/xml';

const used = useStack();

async function onSite(stack: Stack, sql: string, values: string[]): Promise<void> {
  const site = await siteDatabase(stack);
  await site.execute(sql, values);
  await site.end();
}

const unfriend = (stack: Stack, a: Person, b: Person): Promise<void> =>
  onSite(stack, 'DELETE FROM friendships WHERE (user_id, friend_id) IN ((?, ?), (?, ?))', [
    a.id,
    b.id,
    b.id,
    a.id,
  ]);
const refusal = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Refused ? error.code : String(error)),
  );
const nameOf = (tab: Tab, friend: Person): string | undefined =>
  tab.snapshot.roster.find(({ id }) => id === friend.id)?.name;
const bye = (tab: Tab): string | undefined =>
  tab.events.find((event): event is Extract<Event, { type: 'bye' }> => event.type === 'bye')?.reason;
const itemOf = (stanza: Element): Element | undefined =>
  stanza.attrs['type'] === 'set' ? stanza.getChild('query', 'jabber:iq:roster')?.getChild('item') : undefined;

/** A native client that has asked for its roster, and so is told of changes. */
async function atDesk(person: Person): Promise<NativeClient> {
  const client = await person.native();
  await client.iq('get', xml('query', { xmlns: 'jabber:iq:roster' }));
  client.presence();
  return client;
}

const fetchConnect = (stack: Stack, { id }: Person, token: string): Promise<Answer> =>
  call(stack.info.bridge.url, 'connect', { u: id, token });

async function outboxIsEmpty(site: mysql.Connection): Promise<boolean> {
  const [rows] = await site.query<mysql.RowDataPacket[]>('SELECT id FROM im_outbox LIMIT 1');
  return rows.length === 0;
}

story(
  'a friendship that begins on the site shows in tabs and native clients, and they can chat at once',
  used,
  { bob: 2, dave: 1 },
  async ({ bob, dave }, stack) => {
    const native = await atDesk(dave);
    const site = await siteDatabase(stack);
    await befriend(site, bob.id, dave.id);
    for (const tab of bob.tabs) await tab.sees('dave', (one) => one.show(dave.id) === 'online');
    await dave.tab.sees('bob', (tab) => tab.show(bob.id) === 'online');
    await native.waitFor((stanza) => itemOf(stanza)?.attrs['subscription'] === 'both', 'the roster push');
    await bob.tab.send(dave.id, 'hello');
    await dave.tab.sees('the message', (tab) => tab.bodies(bob.id).includes('hello'));
    await waitUntil('the outbox to be empty', () => outboxIsEmpty(site));
    await site.end();
  },
);

story(
  'a friendship that ends on the site ends in the chat: off the lists, offline, and nothing passes',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    const native = await atDesk(bob);
    await alice.tab.send(bob.id, 'hello');
    await unfriend(stack, alice, bob);
    await alice.tab.sees('bob off the list', (tab) => tab.show(bob.id) === undefined);
    await bob.tab.sees('alice off the list', (tab) => tab.show(alice.id) === undefined);
    await native.waitFor((stanza) => itemOf(stanza)?.attrs['subscription'] === 'remove', 'the roster push');
    await native.waitFor((stanza) => stanza.is('presence') && stanza.attrs['type'] === 'unavailable');
    expect(await refusal(alice.tab.send(bob.id, 'still there?'))).toBe('not-friends');
    expect(await refusal(bob.tab.send(alice.id, 'still there?'))).toBe('not-friends');
    expect(bob.tab.bodies(alice.id)).toEqual(['hello']); // what was said stays to be read
  },
);

story(
  'a friend who is renamed has the new name',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    expect(nameOf(alice.tab, bob)).toBe('Bob');
    await onSite(stack, 'UPDATE users SET name = ? WHERE id = ?', ['Robert <b>&', bob.id]);
    await alice.tab.sees('the new name', (tab) => nameOf(tab, bob) === 'Robert <b>&');
    expect(alice.tab.show(bob.id)).toBe('online');
  },
);

story(
  'a user who is suspended is off all lists, and their tabs and streams end; when they are back, they are back',
  used,
  { alice: 1, bob: 2 },
  async ({ alice, bob }, stack) => {
    const native = await bob.native();
    await onSite(stack, "UPDATE users SET status = 'suspended' WHERE id = ?", [bob.id]);
    await alice.tab.sees('bob off the list', (tab) => tab.show(bob.id) === undefined);
    for (const tab of bob.tabs) await tab.sees('the end', (one) => bye(one) === 'removed');
    await native.waitFor(
      (element) => element.is('error') && element.getChild('not-authorized') !== undefined,
    );
    expect(await refusal(bob.openTab())).toBe('bad-token');
    expect(await refusal(alice.tab.send(bob.id, 'hello?'))).toBe('not-friends');
    await onSite(stack, "UPDATE users SET status = 'active' WHERE id = ?", [bob.id]);
    await alice.tab.sees('bob on the list', (tab) => tab.show(bob.id) === 'offline');
    await bob.openTab();
    await alice.tab.sees('bob online', (tab) => tab.show(bob.id) === 'online');
  },
);

story('a user who is deleted is gone', used, { alice: 1, bob: 1 }, async ({ alice, bob }, stack) => {
  await onSite(stack, 'DELETE FROM users WHERE id = ?', [bob.id]);
  await alice.tab.sees('bob off the list', (tab) => tab.show(bob.id) === undefined);
  await bob.tab.sees('the end', (tab) => bye(tab) === 'removed');
});

story(
  'who signs out of the site is out of the chat, with all tabs, and an older token is worth nothing',
  used,
  { bob: 2 },
  async ({ bob }, stack) => {
    const old = await bob.token({ issuedAt: Math.floor(Date.now() / 1000) - 60 });
    await onSite(stack, 'INSERT INTO im_outbox (kind, user_id) VALUES (?, ?)', ['user-signed-out', bob.id]);
    for (const tab of bob.tabs) await tab.sees('the end', (one) => bye(one) === 'signed-out');
    const again = await fetchConnect(stack, bob, old);
    expect(again).toMatchObject({ ok: false, error: { code: 'bad-token' } });
    const fresh = await bob.token({ issuedAt: Math.floor(Date.now() / 1000) + 5 });
    expect(await fetchConnect(stack, bob, fresh)).toMatchObject({ ok: true });
  },
);

story(
  'who signs out or is suspended while their link to ejabberd is down does not come back with it',
  used,
  { alice: 1, bob: 1, carol: 1 },
  async ({ alice, bob, carol }, stack) => {
    await stack.end('ejabberd', 'kill');
    await onSite(stack, 'INSERT INTO im_outbox (kind, user_id) VALUES (?, ?)', ['user-signed-out', bob.id]);
    await onSite(stack, "UPDATE users SET status = 'suspended' WHERE id = ?", [carol.id]);
    await stack.restart('ejabberd');
    await bob.tab.sees('the end', (tab) => bye(tab) === 'signed-out');
    await carol.tab.sees('the end', (tab) => bye(tab) === 'removed');
    await alice.tab.sees('the link', (tab) => tab.snapshot.connected);
    await alice.tab.sees('carol off the list', (tab) => tab.show(carol.id) === undefined);
    await alice.tab.sees('bob offline', (tab) => tab.show(bob.id) === 'offline');
    await onSite(stack, "UPDATE users SET status = 'active' WHERE id = ?", [carol.id]);
  },
);

story(
  'rows of no use to the chat are left out, and hold up nobody',
  used,
  { bob: 1, dave: 1 },
  async ({ bob, dave }, stack) => {
    const site = await siteDatabase(stack);
    const rows = [
      ['moon-is-full', bob.id, null],
      ['friend-added', bob.id, null],
      ['friend-added', 'UPPER', bob.id],
      ['user-removed', 'no-such-account', null],
      ['friend-removed', 'nobody-1', 'nobody-2'],
    ];
    await site.query('INSERT INTO im_outbox (kind, user_id, friend_id) VALUES ?', [rows]);
    await befriend(site, bob.id, dave.id);
    await bob.tab.sees('dave', (tab) => tab.show(dave.id) === 'online');
    await waitUntil('the outbox to be empty', () => outboxIsEmpty(site));
    await site.end();
  },
);
