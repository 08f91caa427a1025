/**
 * Friendships that begin and end at random, while components are killed and hang: in the end the filter, and what
 * each client was told, are what the site says.
 */
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type mysql from 'mysql2/promise';
import type { NativeClient } from '../support/native-client.ts';
import type { Process } from '../support/process.ts';
import { startSecondComponent } from '../support/second-component.ts';
import { whileStopped } from '../support/stopped.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const PEOPLE = ['alice', 'bob', 'carol', 'dave'];
const PAIRS = PEOPLE.flatMap((a, i) => PEOPLE.slice(i + 1).map((b) => [a, b] as const));
const ROUNDS = 8;
const CHANGES = 25;

const rosterIn = (stanza: Element): Element[] =>
  stanza.is('iq') && stanza.attrs['type'] !== 'error'
    ? (stanza.getChild('query', 'jabber:iq:roster')?.getChildren('item') ?? [])
    : [];

/** The list that a client has, by its first answer and all pushes since. */
function listOf(client: NativeClient): string[] {
  const list = new Map<string, boolean>();
  for (const item of client.seen.flatMap(rosterIn))
    list.set(String(item.attrs['jid']), item.attrs['subscription'] === 'both');
  return [...list]
    .filter(([, isFriend]) => isFriend)
    .map(([jid]) => jid.split('@')[0] ?? '')
    .sort();
}

async function truth(site: mysql.Connection): Promise<Record<string, string[]>> {
  const [rows] = await site.query<mysql.RowDataPacket[]>('SELECT user_id, friend_id FROM friendships');
  const friendsOf = (user: string): string[] =>
    rows
      .filter((row) => row['user_id'] === user)
      .map((row) => String(row['friend_id']))
      .sort();
  return Object.fromEntries(PEOPLE.map((user) => [user, friendsOf(user)]));
}

async function filterSays(): Promise<Record<string, string[]>> {
  const lists = PEOPLE.map(async (user) => {
    const friends = (await core.ejabberd.api('im_friends', { user, host: core.domain })) as string[];
    return [user, friends.map((address) => address.split('@')[0] ?? '').sort()] as const;
  });
  return Object.fromEntries(await Promise.all(lists));
}

/** Some pairs become friends, or part, each in a transaction of its own; some of them at once. */
async function change(site: mysql.Connection): Promise<void> {
  for (let i = 0; i < CHANGES; i += 1) {
    const [a, b] = PAIRS[Math.floor(Math.random() * PAIRS.length)] ?? ['alice', 'bob'];
    if (Math.random() < 0.5) await core.unfriend(a, b);
    else
      await site.query('INSERT IGNORE INTO friendships (user_id, friend_id) VALUES (?, ?), (?, ?)', [
        a,
        b,
        b,
        a,
      ]);
  }
}

test('whatever happens to components meanwhile, lists and filter become what the site says', async () => {
  const site = await core.siteDatabase();
  const clients = new Map<string, NativeClient>();
  for (const user of PEOPLE) {
    const client = await core.login(user);
    await client.iq('get', xml('query', { xmlns: 'jabber:iq:roster' }));
    client.presence();
    clients.set(user, client);
  }
  let second: Process = await startSecondComponent(core.dir);
  for (let round = 0; round < ROUNDS; round += 1) {
    const faults = [
      () => change(site),
      () => whileStopped(core.component, () => change(site)),
      () => Promise.all([change(site), core.component.kill()]).then(() => core.startComponent()),
      () =>
        Promise.all([change(site), second.kill()]).then(async () => {
          second = await startSecondComponent(core.dir);
        }),
    ];
    await faults[round % faults.length]?.();
    await waitUntil(
      'the outbox to be empty',
      async () => {
        const [rows] = await site.query<mysql.RowDataPacket[]>('SELECT id FROM im_outbox LIMIT 1');
        return rows.length === 0;
      },
      { timeout: 60_000 },
    );
    const is = await truth(site);
    expect(await filterSays()).toEqual(is);
    const ping = xml('ping', { xmlns: 'urn:xmpp:ping' });
    await Promise.all([...clients.values()].map((client) => client.iq('get', ping, core.domain)));
    expect(Object.fromEntries([...clients].map(([user, client]) => [user, listOf(client)]))).toEqual(is);
  }
  await second.stop();
  await site.end();
}, 240_000);
