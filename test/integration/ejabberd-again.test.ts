/** mod_archive_site on a real ejabberd: a message that may have been sent before is sent again. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { RowDataPacket } from 'mysql2/promise';
import type { NativeClient } from '../support/native-client.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const ARCHIVED = 'urn:im-bridge:archived:0';
const CARBONS = 'urn:xmpp:carbons:2';

const ping = (): Element => xml('ping', { xmlns: 'urn:xmpp:ping' });
const archivedIn = (stanza: Element): Element | undefined => stanza.getChild('archived', ARCHIVED);
const saying = (body: string) => (stanza: Element) => stanza.getChildText('body') === body;
const minuteAgo = (): string => new Date(Date.now() - 60_000).toISOString();
const again = (since = minuteAgo()): Record<string, string> => ({ again: 'true', since });

/** With its body as origin-id. */
function asking(to: string, body: string, id: string, more: Record<string, string> = {}): Element {
  const origin = xml('origin-id', { xmlns: 'urn:xmpp:sid:0', id: body });
  const tell = xml('tell', { xmlns: ARCHIVED, ...more });
  return xml('message', { to, id, type: 'chat' }, xml('body', {}, body), origin, tell);
}

async function people(): Promise<{ alice: NativeClient; bob: NativeClient }> {
  const [alice, bob] = [await core.login('alice', { sm: true }), await core.login('bob')];
  for (const client of [alice, bob]) client.presence();
  await bob.iq('get', ping(), core.domain);
  return { alice, bob };
}

/** What is told about each of the messages so far, once there are `count`. */
async function told(client: NativeClient, count: number): Promise<unknown[]> {
  const ids = (): unknown[] =>
    client.seen.map((stanza) => archivedIn(stanza)?.attrs['id'] as unknown).filter((id) => id !== undefined);
  await client.waitFor(() => ids().length >= count, `${count} archive ids`);
  return ids();
}

async function statement(sql: string, values: readonly string[]): Promise<RowDataPacket[]> {
  const database = await core.database();
  try {
    return (await database.query<RowDataPacket[]>(sql, [...values]))[0];
  } finally {
    await database.end();
  }
}

const OWNERS = 'SELECT username FROM archive WHERE txt = ? ORDER BY username';
const ownersOf = async (body: string): Promise<unknown[]> =>
  (await statement(OWNERS, [body])).map((row) => row['username'] as unknown);

/** Sends it once, and waits until both archives and the receiver have it. */
async function sendOnce(alice: NativeClient, bob: NativeClient, body: string): Promise<void> {
  alice.send(asking(bob.address, body, 'first'));
  await told(alice, 1);
  await bob.waitFor(saying(body));
  expect(await ownersOf(body)).toEqual(['alice', 'bob']);
}

/** All that the two have been sent is with them. */
async function settle(alice: NativeClient, bob: NativeClient): Promise<void> {
  await alice.iq('get', ping(), core.domain);
  alice.chat(bob.address, 'the end');
  await bob.waitFor(saying('the end'));
}

const timesSeen = (client: NativeClient, body: string): number => client.seen.filter(saying(body)).length;

test('a message that only the sender’s archive has goes out again, with the id it had', async () => {
  const { alice, bob } = await people();
  await sendOnce(alice, bob, 'half');
  await statement('DELETE FROM archive WHERE username = ? AND txt = ?', ['bob', 'half']);
  alice.send(asking(bob.address, 'half', 'second', again()));
  const [first, second] = await told(alice, 2);
  expect(second).toBe(first);
  await settle(alice, bob);
  expect(timesSeen(bob, 'half')).toBe(2); // the first time, before it was made lost
  expect(await ownersOf('half')).toEqual(['alice', 'bob']);
});

test('a message that both archives have is told with its id, and seen only once', async () => {
  const { alice, bob } = await people();
  const phone = await core.login('bob');
  phone.presence();
  await phone.iq('set', xml('enable', { xmlns: CARBONS }));
  await sendOnce(alice, bob, 'both');
  for (const to of [bob.address, core.addressOf('bob')]) alice.send(asking(to, 'both', 'again', again()));
  const ids = await told(alice, 3);
  expect(new Set(ids).size).toBe(1);
  await settle(alice, bob);
  await phone.waitFor((stanza) => stanza.toString().includes('the end'));
  expect(timesSeen(bob, 'both')).toBe(1);
  expect(phone.seen.filter((stanza) => stanza.toString().includes('both'))).toHaveLength(1);
  expect(await ownersOf('both')).toEqual(['alice', 'bob']);
});

test('a message that reached nobody’s archive is sent as a new one', async () => {
  const { alice, bob } = await people();
  alice.send(asking(bob.address, 'fresh', 'only', again()));
  await told(alice, 1);
  await bob.waitFor(saying('fresh'));
  await settle(alice, bob);
  expect(timesSeen(bob, 'fresh')).toBe(1);
  expect(await ownersOf('fresh')).toEqual(['alice', 'bob']);
});

test('one for somebody who is away waits for them once', async () => {
  const alice = await core.login('alice', { sm: true });
  const to = core.addressOf('bob');
  alice.send(asking(to, 'away', 'first'));
  alice.send(asking(to, 'away', 'second', again()));
  const [first, second] = await told(alice, 2);
  expect(second).toBe(first);
  const bob = await core.login('bob');
  bob.presence();
  await bob.waitFor(saying('away'));
  await settle(alice, bob);
  expect(timesSeen(bob, 'away')).toBe(1);
  expect(await ownersOf('away')).toEqual(['alice', 'bob']);
});

test('an original that comes behind its repetition, from a stream that hung, is no other message', async () => {
  const { alice, bob } = await people();
  const hung = await core.login('alice', { sm: true });
  alice.send(asking(bob.address, 'late', 'second', again()));
  const [id] = await told(alice, 1);
  await bob.waitFor(saying('late'));
  hung.send(asking(core.addressOf('bob'), 'late', 'first'));
  expect(await told(hung, 1)).toEqual([id]);
  await settle(hung, bob);
  expect(timesSeen(bob, 'late')).toBe(1);
  expect(await ownersOf('late')).toEqual(['alice', 'bob']);
});

test('who does not ask for an id may use an origin-id again', async () => {
  const { alice, bob } = await people();
  await sendOnce(alice, bob, 'unasked');
  const unasked = asking(bob.address, 'unasked', 'plain');
  unasked.remove('tell', ARCHIVED);
  alice.send(unasked);
  await settle(alice, bob);
  expect(timesSeen(bob, 'unasked')).toBe(2);
});

test('what was sent before the given time, or by the other one, is another message', async () => {
  const { alice, bob } = await people();
  await sendOnce(alice, bob, 'same');
  const later = new Date(Date.now() + 60_000).toISOString();
  alice.send(asking(bob.address, 'same', 'later', again(later)));
  expect(new Set(await told(alice, 2)).size).toBe(2);
  bob.send(asking(alice.address, 'same', 'other', again()));
  await told(bob, 1);
  await alice.waitFor(saying('same'));
  await settle(alice, bob);
  expect(timesSeen(bob, 'same')).toBe(2);
  expect(await ownersOf('same')).toHaveLength(6);
});

test('it is found among more messages than a page has', async () => {
  const { alice, bob } = await people();
  await sendOnce(alice, bob, 'deep');
  const before = `INSERT INTO archive (username, timestamp, peer, bare_peer, xml, txt, kind, nick)
    SELECT username, timestamp - seq, peer, bare_peer, REPLACE(xml, 'deep', 'x'), '', kind, nick
    FROM archive JOIN seq_1_to_600 WHERE txt = ?`;
  await statement(before, ['deep']);
  alice.send(asking(bob.address, 'deep', 'second', again()));
  const [first, second] = await told(alice, 2);
  expect(second).toBe(first);
  await settle(alice, bob);
  expect(timesSeen(bob, 'deep')).toBe(1);
});

test.each([
  ['without a time', again('')],
  ['with something else for a time', again('yesterday')],
])('a repeated message %s is refused', async (_what, more) => {
  const { alice, bob } = await people();
  alice.send(asking(bob.address, 'timeless', 'bad', more));
  const refused = await alice.waitFor((stanza) => stanza.attrs['id'] === 'bad');
  expect(refused.getChild('error')?.getChild('bad-request')).toBeDefined();
  await settle(alice, bob);
  expect(timesSeen(bob, 'timeless')).toBe(0);
});

test('without an archive it is refused for now, and the log has nothing of what it says', async () => {
  const { alice, bob } = await people();
  await statement('RENAME TABLE archive TO archive_away', []);
  try {
    for (const [id, more] of [
      ['repeated', again()],
      ['new', {}],
    ] as const) {
      alice.send(asking(bob.address, 'secret-of-alice', id, more));
      const refused = await alice.waitFor((stanza) => stanza.attrs['id'] === id);
      expect(refused.getChild('error')?.getChild('resource-constraint')).toBeDefined();
    }
  } finally {
    await statement('RENAME TABLE archive_away TO archive', []);
  }
  await settle(alice, bob);
  expect(timesSeen(bob, 'secret-of-alice')).toBe(0);
  // ejabberd writes it every two seconds.
  const log = (): string => readFileSync(core.ejabberd.logFile, 'utf8');
  await waitUntil('the line in the log', () => log().includes('was not archived'));
  // A look-up and an insert at the least. COMPAT: 23.10 and later prepare the insert, and name it by its hash and place.
  expect(log().match(/SQL query.* failed: /g)?.length).toBeGreaterThanOrEqual(2);
  expect(log()).not.toContain('secret-of-alice');
});
