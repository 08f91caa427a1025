/** What people who are away get when they come, and what only those get who are there: on a real ejabberd. */
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { RowDataPacket } from 'mysql2/promise';
import type { NativeClient } from '../support/native-client.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const SID = 'urn:xmpp:sid:0';
const CARBONS = 'urn:xmpp:carbons:2';
const PING = xml('ping', { xmlns: 'urn:xmpp:ping' });
const OWN = 'urn:im-bridge:test:0';

const bodyOf = (stanza: Element): string => stanza.getChildText('body') ?? '';
const hint = (name: string): Element => xml(name, { xmlns: 'urn:xmpp:hints' });

/** What has no body: a chat state, a receipt, and a marker (XEP-0085, XEP-0184, XEP-0333). */
const BODYLESS: Readonly<Record<string, () => Element>> = {
  composing: () => xml('composing', { xmlns: 'http://jabber.org/protocol/chatstates' }),
  received: () => xml('received', { xmlns: 'urn:xmpp:receipts', id: 'm' }),
  displayed: () => xml('displayed', { xmlns: 'urn:xmpp:chat-markers:0', id: 'm' }),
};
const KINDS = Object.keys(BODYLESS).flatMap((name) => [
  [name, 'no hint', []] as const,
  [name, 'no-store', [hint('no-store')]] as const,
]);

async function present(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  await client.iq('set', xml('enable', { xmlns: CARBONS }));
  client.presence();
  await settle(client);
  return client;
}

async function settle(...clients: NativeClient[]): Promise<void> {
  for (let hop = 0; hop < 2; hop += 1) {
    for (const client of clients) await client.iq('get', PING, core.domain);
  }
}

async function rows(sql: string): Promise<RowDataPacket[]> {
  const database = await core.database();
  try {
    return (await database.query<RowDataPacket[]>(sql))[0];
  } finally {
    await database.end();
  }
}

/** How many rows the archive and the offline store have more, after it. */
async function rowsOf(work: () => Promise<void>): Promise<{ archived: number; kept: number }> {
  const count = async (): Promise<number[]> => {
    const [found] = await rows(
      'SELECT (SELECT COUNT(*) FROM archive) AS archived, (SELECT COUNT(*) FROM spool) AS kept',
    );
    return [Number(found?.['archived']), Number(found?.['kept'])];
  };
  const before = await count();
  await work();
  const [archived = 0, kept = 0] = (await count()).map((now, i) => now - Number(before[i]));
  return { archived, kept };
}

function bodyless(name: string, to: string, id: string, hints: readonly Element[] = []): Element {
  const make = BODYLESS[name];
  if (make === undefined) throw new Error(`there is no ${name}`);
  return xml('message', { to, id, type: 'chat' }, make(), ...hints);
}

test('messages to somebody who is away come once, in order, with the id of the archive and their time', async () => {
  const alice = await present('alice');
  const bodies = ['one', 'two', 'three'];
  for (const body of bodies) alice.chat(core.addressOf('bob'), body);
  await settle(alice);
  const bob = await present('bob');
  await bob.waitFor((stanza) => bodyOf(stanza) === 'three');
  const came = bob.seen.filter((stanza) => bodyOf(stanza) !== '');
  expect(came.map(bodyOf)).toEqual(bodies);
  const archive = await rows("SELECT timestamp FROM archive WHERE username = 'bob' ORDER BY timestamp");
  const ids = came.map((stanza) => stanza.getChildren('stanza-id', SID).map(({ attrs }) => attrs));
  expect(ids).toEqual(
    archive.map((row) => [{ xmlns: SID, by: core.addressOf('bob'), id: String(row['timestamp']) }]),
  );
  for (const stanza of came) {
    const stamp = Date.parse(String(stanza.getChild('delay', 'urn:xmpp:delay')?.attrs['stamp']));
    const id = Number(stanza.getChild('stanza-id', SID)?.attrs['id']);
    expect(Math.abs(stamp - id / 1000)).toBeLessThan(60_000);
  }
  const second = await present('bob');
  await bob.close();
  await (await present('bob')).iq('get', PING, core.domain);
  expect(second.seen.filter((stanza) => bodyOf(stanza) !== '')).toEqual([]);
});

test.each(KINDS)(
  '%s (%s) passes between friends who are there, and is archived nowhere',
  async (name, _, hints) => {
    const [alice, bob] = [await present('alice'), await present('bob')];
    const phone = await present('alice');
    const done = await rowsOf(async () => {
      alice.send(bodyless(name, core.addressOf('bob'), 'b', hints));
      await bob.waitFor((stanza) => stanza.attrs['id'] === 'b');
      await phone.waitFor((stanza) => stanza.getChild('sent', CARBONS)?.toString().includes(name) === true);
      await settle(alice, bob);
    });
    expect(done).toEqual({ archived: 0, kept: 0 });
    expect(alice.seen.filter((stanza) => stanza.is('message'))).toEqual([]);
  },
);

test.each(KINDS)('%s (%s) to a friend who is away brings no answer', async (name, what, hints) => {
  const alice = await present('alice');
  const done = await rowsOf(async () => {
    alice.send(bodyless(name, core.addressOf('bob'), 'b', hints));
    await settle(alice);
  });
  // A marker or receipt that nobody forbids to keep is for those who are away: they learn that they were read.
  expect(done).toEqual({ archived: 0, kept: what === 'no hint' && name !== 'composing' ? 1 : 0 });
  expect(alice.seen.filter((stanza) => stanza.is('message'))).toEqual([]);
  const bob = await present('bob');
  await settle(bob);
  expect(bob.seen.filter((stanza) => stanza.attrs['id'] === 'b')).toHaveLength(done.kept);
});

test.each(KINDS)('%s (%s) to a stranger is refused as to an account that is none', async (name, _, hints) => {
  const [alice, dave] = [await present('alice'), await present('dave')];
  const answers: string[] = [];
  for (const user of ['dave', 'no-such-account']) {
    const to = core.addressOf(user);
    alice.send(bodyless(name, to, user, hints));
    const refused = await alice.waitFor((stanza) => stanza.attrs['id'] === user);
    answers.push(refused.toString().replaceAll(to, 'X').replaceAll(user, 'X'));
  }
  expect(answers[0]).toContain('not-allowed');
  expect(answers[1]).toBe(answers[0]);
  await settle(dave);
  expect(dave.seen.filter((stanza) => stanza.is('message'))).toEqual([]);
});

test('what goes unheard with a body comes back, so that it is not lost unawares', async () => {
  const alice = await present('alice');
  const body = xml('body', {}, 'for your eyes only');
  alice.send(xml('message', { to: core.addressOf('bob'), id: 'b', type: 'chat' }, body, hint('no-store')));
  const back = await alice.waitFor((stanza) => stanza.attrs['id'] === 'b');
  expect(back.getChild('error')?.getChild('service-unavailable')).toBeDefined();
});

test('a headline to the own account reaches all sessions that are there, its sender’s too, and is kept nowhere', async () => {
  const [alice, other] = [await present('alice'), await present('alice')];
  const silent = await core.login('alice'); // without presence
  const note = (id: string): Element =>
    xml('message', { to: core.addressOf('alice'), id, type: 'headline' }, xml('note', { xmlns: OWN }));
  const done = await rowsOf(async () => {
    alice.send(note('to all'));
    for (const client of [alice, other]) await client.waitFor((stanza) => stanza.attrs['id'] === 'to all');
    for (const client of [alice, other]) client.presence({ type: 'unavailable' });
    await settle(alice, other);
    alice.send(note('to nobody'));
    await settle(alice, other, silent);
  });
  expect(done).toEqual({ archived: 0, kept: 0 });
  const seen = [alice, other, silent].map((client) =>
    client.seen.filter((stanza) => stanza.is('message')).map((stanza) => stanza.attrs['id'] as unknown),
  );
  expect(seen).toEqual([['to all'], ['to all'], []]);
});
