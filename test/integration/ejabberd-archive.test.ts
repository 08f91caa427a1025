/** mod_archive_site on a real ejabberd: the sender knows the archive's id, or that there is no copy. */
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { NativeClient } from '../support/native-client.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const ARCHIVED = 'urn:im-bridge:archived:0';
const CARBONS = 'urn:xmpp:carbons:2';
const SID = 'urn:xmpp:sid:0';

const ping = (): Element => xml('ping', { xmlns: 'urn:xmpp:ping' });
const archivedIn = (stanza: Element): Element | undefined => stanza.getChild('archived', ARCHIVED);
const message = (to: string, body: string, ...more: Element[]): Element =>
  xml('message', { to, id: `id-${body}`, type: 'chat' }, xml('body', {}, body), ...more);
const asking = (to: string, body: string): Element =>
  message(to, body, xml('origin-id', { xmlns: SID, id: `cid-${body}` }), xml('tell', { xmlns: ARCHIVED }));
const saying = (body: string) => (stanza: Element) => stanza.getChildText('body') === body;

/** alice with two clients and carbons, and bob. */
async function people(): Promise<{ alice: NativeClient; phone: NativeClient; bob: NativeClient }> {
  const [alice, phone, bob] = [
    await core.login('alice', { sm: true }),
    await core.login('alice'),
    await core.login('bob'),
  ];
  for (const client of [alice, phone, bob]) client.presence();
  for (const client of [alice, phone]) await client.iq('set', xml('enable', { xmlns: CARBONS }));
  await bob.iq('get', ping(), core.domain);
  return { alice, phone, bob };
}

test('the id that is told is the one of the archive and of the carbon, and comes before the acknowledgement', async () => {
  const { alice, phone, bob } = await people();
  alice.send(`${asking(bob.address, 'told').toString()}<r xmlns='urn:xmpp:sm:3'/>`);
  const headline = await alice.waitFor((stanza) => archivedIn(stanza) !== undefined);
  const { id, stamp, ...told } = archivedIn(headline)?.attrs ?? {};
  expect(headline.attrs).toMatchObject({
    type: 'headline',
    from: core.addressOf('alice'),
    to: alice.address,
  });
  expect(told['origin-id']).toBe('cid-told');
  expect(new Date(Math.floor(Number(id) / 1000)).toISOString()).toBe(stamp);
  const acked = await alice.waitFor((element) => element.is('a', 'urn:xmpp:sm:3'));
  expect(alice.seen.indexOf(headline)).toBeLessThan(alice.seen.indexOf(acked));
  const carbon = await phone.waitFor((stanza) => stanza.getChild('sent', CARBONS) !== undefined);
  expect(stanzaIdIn(carbon.getChild('sent', CARBONS)?.getChild('forwarded')?.getChild('message'))).toBe(id);
  expect(await archiveIds(alice, core.addressOf('bob'))).toEqual([id]);
  const received = await bob.waitFor(saying('told'));
  expect(stanzaIdIn(received)).not.toBe(id); // everybody has an archive and ids of their own
});

function stanzaIdIn(stanza: Element | undefined): string {
  return String(stanza?.getChild('stanza-id', SID)?.attrs['id']);
}

async function archiveIds(client: NativeClient, peer: string): Promise<unknown[]> {
  const field = (name: string, value: string): Element =>
    xml('field', { var: name }, xml('value', {}, value));
  const form = xml(
    'x',
    { xmlns: 'jabber:x:data', type: 'submit' },
    field('FORM_TYPE', 'urn:xmpp:mam:2'),
    field('with', peer),
  );
  const from = client.seen.length;
  await client.iq('set', xml('query', { xmlns: 'urn:xmpp:mam:2' }, form));
  const results = client.seen.slice(from).map((stanza) => stanza.getChild('result', 'urn:xmpp:mam:2'));
  return results.filter((result) => result !== undefined).map((result) => result.attrs['id'] as unknown);
}

test('the receiver sees nothing of it, and nobody can forge what only the server says', async () => {
  const { alice, bob } = await people();
  const forged = xml('archived', { xmlns: ARCHIVED, id: '1', 'origin-id': 'x' });
  alice.send(message(bob.address, 'forged', forged, xml('tell', { xmlns: ARCHIVED })));
  const received = await bob.waitFor(saying('forged'));
  expect(received.toString()).not.toContain(ARCHIVED);
});

test('who does not ask is not told', async () => {
  const { alice, bob } = await people();
  alice.send(message(bob.address, 'quiet'));
  await bob.waitFor(saying('quiet'));
  await alice.iq('get', ping(), core.domain);
  expect(alice.seen.filter((stanza) => archivedIn(stanza) !== undefined)).toEqual([]);
});

test('a message that can’t be archived is refused for now, and reaches nobody; what needs no archive passes', async () => {
  const { alice, phone, bob } = await people();
  alice.send(message(bob.address, 'before'));
  await bob.waitFor(saying('before'));
  const database = await core.database();
  await database.query('RENAME TABLE archive TO archive_away');
  try {
    alice.send(asking(bob.address, 'lost'));
    const refused = await alice.waitFor((stanza) => stanza.attrs['id'] === 'id-lost');
    const error = refused.getChild('error');
    expect([refused.attrs['type'], error?.attrs['type']]).toEqual(['error', 'wait']);
    expect(error?.getChild('resource-constraint')).toBeDefined();
    const chatState = xml('composing', { xmlns: 'http://jabber.org/protocol/chatstates' });
    alice.send(xml('message', { to: bob.address, type: 'chat' }, chatState));
    await bob.waitFor((stanza) => stanza.getChild('composing') !== undefined);
    await phone.iq('get', ping(), core.domain);
    expect([...bob.seen, ...phone.seen].filter((stanza) => stanza.toString().includes('lost'))).toEqual([]);
    expect(alice.seen.filter((stanza) => archivedIn(stanza) !== undefined)).toEqual([]);
  } finally {
    await database.query('RENAME TABLE archive_away TO archive');
    await database.end();
  }
  alice.send(asking(bob.address, 'after'));
  await alice.waitFor((stanza) => archivedIn(stanza)?.attrs['origin-id'] === 'cid-after');
  await bob.waitFor(saying('after'));
});
