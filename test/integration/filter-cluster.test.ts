/** What holds on every node of a cluster at once: a friendship that ends, who is invisible, what is being stored. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { RowDataPacket } from 'mysql2/promise';
import type { Ejabberd } from '../support/ejabberd.ts';
import type { NativeClient } from '../support/native-client.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
let second: Ejabberd;

beforeAll(async () => {
  second = await core.startSecondNode();
}, 120_000);
afterAll(async () => {
  await core.goHome();
  await second.stop();
});

const ping = (client: NativeClient): Promise<Element> =>
  client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }));
const withId = (id: string) => (stanza: Element) => stanza.attrs['id'] === id;
const comes = (user: string) => (stanza: Element) =>
  stanza.is('presence') &&
  String(stanza.attrs['from']).startsWith(core.addressOf(user)) &&
  stanza.attrs['type'] === undefined;

/** alice is on the first node, bob on the second. */
async function together(): Promise<[NativeClient, NativeClient]> {
  const alice = await core.login('alice');
  const bob = await core.login('bob', { port: second.ports.c2s });
  for (const client of [alice, bob]) client.presence();
  await Promise.all([alice.waitFor(comes('bob')), bob.waitFor(comes('alice'))]);
  return [alice, bob];
}

async function passes(from: NativeClient, to: NativeClient, id: string): Promise<void> {
  from.chat(to.address, id, id);
  await to.waitFor(withId(id), `${id} from the other node`);
}

async function isRefused(from: NativeClient, to: NativeClient, id: string): Promise<void> {
  from.chat(to.address, id, id);
  const answer = await from.waitFor(withId(id));
  expect(answer.getChild('error')?.getChild('not-allowed')).toBeDefined();
  await ping(to);
  expect(to.seen.some(withId(id))).toBe(false);
}

test.each(['first', 'second'])(
  'a refresh on the %s node ends what alice and bob may send across nodes, and a new friendship begins it again',
  async (which) => {
    const node = which === 'first' ? core.ejabberd : second;
    const refresh = async (): Promise<void> => {
      for (const user of ['alice', 'bob']) await node.api('im_refresh', { user, host: core.domain });
    };
    const [alice, bob] = await together();
    await passes(alice, bob, `there-${which}`);
    await passes(bob, alice, `back-${which}`);
    await core.unfriend('alice', 'bob');
    await refresh();
    await isRefused(alice, bob, `no-more-there-${which}`);
    await isRefused(bob, alice, `no-more-back-${which}`);
    await core.befriend('alice', 'bob');
    await refresh();
    await passes(alice, bob, `again-there-${which}`);
    await passes(bob, alice, `again-back-${which}`);
  },
);

test('who is invisible on one node is so for friends on the other', async () => {
  const bob = await core.login('bob', { port: second.ports.c2s });
  const alice = await core.login('alice');
  await alice.iq('set', xml('invisible', { xmlns: 'urn:xmpp:invisible:1' }));
  for (const client of [alice, bob]) client.presence();
  await alice.waitFor(comes('bob'));
  await ping(bob);
  expect(bob.seen.some(comes('alice'))).toBe(false);
  const pinged = await bob.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), alice.address);
  expect(pinged.getChild('error')?.getChild('service-unavailable')).toBeDefined();
  await passes(bob, alice, 'still-there');
  await alice.iq('set', xml('visible', { xmlns: 'urn:xmpp:invisible:1' }));
  await bob.waitFor(comes('alice'));
});

test('what one node is still storing is refused for now when it is sent again on the other, and is there once', async () => {
  const [alice, bob] = await together();
  const other = await core.login('alice', { port: second.ports.c2s });
  const message = (again: Record<string, string>): Element =>
    xml(
      'message',
      { to: core.addressOf('bob'), type: 'chat', id: again['again'] ?? 'first' },
      xml('body', {}, 'slow'),
      xml('origin-id', { xmlns: 'urn:xmpp:sid:0', id: 'slow' }),
      xml('tell', { xmlns: 'urn:im-bridge:archived:0', ...again }),
    );
  const database = await core.database();
  await database.query('LOCK TABLES archive READ'); // INSERTs wait, SELECTs do not
  try {
    alice.send(message({}));
    await waitUntil('the INSERT to wait', async () => {
      const [rows] = await database.query<RowDataPacket[]>(
        "SELECT id FROM information_schema.processlist WHERE info LIKE 'INSERT INTO archive%'",
      );
      return rows.length > 0;
    });
    other.send(message({ again: 'true', since: new Date(Date.now() - 60_000).toISOString() }));
    const refused = await other.waitFor(withId('true'));
    expect(refused.getChild('error')?.getChild('resource-constraint')).toBeDefined();
  } finally {
    await database.query('UNLOCK TABLES');
  }
  await bob.waitFor(withId('first'));
  const [rows] = await database.query<RowDataPacket[]>("SELECT username FROM archive WHERE txt = 'slow'");
  await database.end();
  expect(rows.map((row) => row['username'] as unknown).sort()).toEqual(['alice', 'bob']);
});
