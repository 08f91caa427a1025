/** A bridge's XMPP session on a real ejabberd, with native clients: all that is said beside the messages. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import { NS } from '../../bridge/xmpp/namespaces.ts';
import type { NativeClient } from '../support/native-client.ts';
import { useUpstreams, type UpstreamSession } from '../support/upstream-session.ts';
import { waitUntil } from '../support/wait-until.ts';
import { WireTap } from '../support/wire-tap.ts';

const { core, open } = useUpstreams();

let tap: WireTap;

beforeEach(() => {
  tap = new WireTap(core.ejabberd.ports.c2s);
});

// Here, behind useUpstreams(), and not in the block that cuts: Jest runs the hooks of a block before those around it,
// and a session whose line is gone can't be closed. The server would hold it, and show it, until its time is up.
afterEach(() => tap.close());

const ping = (): Element => xml('ping', { xmlns: NS.ping });

/** A native client that is there, with carbons. */
async function native(user: string, resource?: string): Promise<NativeClient> {
  const client = await core.login(user, resource === undefined ? {} : { resource });
  await client.iq('set', xml('enable', { xmlns: NS.carbons }));
  client.presence();
  await client.iq('get', ping(), core.domain);
  return client;
}

/** All that the session has said before is with the client when this resolves. */
async function afterAll(session: UpstreamSession, client: NativeClient, cid: string): Promise<void> {
  await session.upstream.send({ to: 'bob', body: `last ${cid}`, cid });
  await client.waitFor((stanza) => stanza.getChildText('body') === `last ${cid}`);
}

const chat = (to: string, body: string, id: string, ...more: Element[]): Element =>
  xml('message', { to, id, type: 'chat' }, xml('body', {}, body), ...more);
const having = (name: string, xmlns: string) => (stanza: Element) =>
  stanza.getChild(name, xmlns) !== undefined;
const carbonOf = (kind: 'sent' | 'received', name: string, xmlns: string) => (stanza: Element) =>
  stanza.getChild(kind, NS.carbons)?.getChild('forwarded')?.getChild('message')?.getChild(name, xmlns) !==
  undefined;
const request = (): Element => xml('request', { xmlns: NS.receipts });

describe('receipts', () => {
  test('are given for what comes live with a request, once, and to the device that asked', async () => {
    const bob = await native('bob');
    const alice = await open('alice');
    bob.send(chat(core.addressOf('alice'), 'please answer', 'ask-1', request()));
    bob.send(chat(core.addressOf('alice'), 'please answer twice', 'ask-1', request()));
    bob.send(chat(core.addressOf('alice'), 'no answer needed', 'ask-2'));
    await alice.hears('no answer needed');
    await afterAll(alice, bob, 'receipts-end');
    const receipts = bob.seen.flatMap((stanza) => stanza.getChild('received', NS.receipts) ?? []);
    expect(receipts.map((receipt) => receipt.attrs['id'] as unknown)).toEqual(['ask-1']);
  });

  test('are not given for what came while nobody was there and is only in the archive', async () => {
    const bob = await native('bob');
    const phone = await native('alice', 'phone');
    bob.send(chat(core.addressOf('alice'), 'for the phone', 'ask-3', request()));
    await phone.waitFor((stanza) => stanza.getChildText('body') === 'for the phone');
    const alice = await open('alice');
    const { conversations } = await alice.waitFor('history');
    expect(conversations[0]?.messages.map(({ body }) => body)).toContain('for the phone');
    await afterAll(alice, bob, 'archive-end');
    expect(bob.seen.filter(having('received', NS.receipts))).toEqual([]);
  });

  test('of a native client, and of another bridge session, tell that a message has arrived', async () => {
    const bob = await native('bob');
    const alice = await open('alice');
    await alice.upstream.send({ to: 'bob', body: 'arrived?', cid: 'r-1' });
    const sent = await bob.waitFor((stanza) => stanza.getChildText('body') === 'arrived?');
    expect(sent.getChild('request', NS.receipts)).toBeDefined();
    const answer = xml('received', { xmlns: NS.receipts, id: sent.attrs['id'] as string });
    bob.send(xml('message', { to: sent.attrs['from'] as string, type: 'chat' }, answer));
    await alice.waitFor('delivered', ({ with: peer, cid }) => peer === 'bob' && cid === 'r-1');
    const other = await open('bob');
    await alice.upstream.send({ to: 'bob', body: 'and there?', cid: 'r-2' });
    await other.hears('and there?');
    await alice.waitFor('delivered', ({ cid }) => cid === 'r-2');
  });
});

describe('markers', () => {
  test('that the user sets reach the friend, and the user’s other devices', async () => {
    const bob = await native('bob');
    const phone = await native('alice', 'phone');
    const alice = await open('alice');
    const other = await open('alice');
    bob.send(chat(core.addressOf('alice'), 'read me', 'read-1'));
    const { cid } = await alice.hears('read me');
    alice.upstream.displayed('bob', cid ?? '');
    const marker = await bob.waitFor(having('displayed', NS.markers));
    expect(marker.getChild('displayed')?.attrs['id']).toBe('read-1');
    await phone.waitFor(carbonOf('sent', 'displayed', NS.markers));
    await other.waitFor('displayed', (input) => input.by === 'self' && input.with === 'bob');
  });

  test('of a friend tell what was read; those of an own native client what was read there', async () => {
    const bob = await native('bob');
    const phone = await native('alice', 'phone');
    const alice = await open('alice');
    const displayed = (to: string, id: string): Element =>
      xml('message', { to, type: 'chat' }, xml('displayed', { xmlns: NS.markers, id }));
    bob.send(displayed(core.addressOf('alice'), 'mine-1'));
    phone.send(displayed(core.addressOf('bob'), 'theirs-1'));
    expect(await alice.waitFor('displayed', ({ by }) => by === 'peer')).toMatchObject({
      with: 'bob',
      cid: 'mine-1',
    });
    expect(await alice.waitFor('displayed', ({ by }) => by === 'self')).toMatchObject({
      with: 'bob',
      cid: 'theirs-1',
    });
  });
});

describe('chat states', () => {
  test('go both ways, and a message ends them', async () => {
    const bob = await native('bob');
    const alice = await open('alice');
    alice.upstream.typing('bob', 'composing');
    await bob.waitFor(having('composing', NS.chatStates));
    await afterAll(alice, bob, 'typing-end');
    expect(bob.seen.filter(having('active', NS.chatStates))).toHaveLength(1);
    bob.send(
      xml(
        'message',
        { to: core.addressOf('alice'), type: 'chat' },
        xml('composing', { xmlns: NS.chatStates }),
      ),
    );
    bob.send(chat(core.addressOf('alice'), 'done', 'done-1', xml('active', { xmlns: NS.chatStates })));
    await alice.waitFor('typing', ({ state }) => state === 'active');
    expect(alice.of('typing').map(({ with: peer, state }) => [peer, state])).toEqual([
      ['bob', 'composing'],
      ['bob', 'active'],
    ]);
  });

  test('of the user’s own other devices are not shown, and nothing of all this is archived or bounces', async () => {
    const phone = await native('alice', 'phone');
    const alice = await open('alice');
    phone.send(
      xml('message', { to: core.addressOf('bob'), type: 'chat' }, xml('composing', { xmlns: NS.chatStates })),
    );
    alice.upstream.typing('bob', 'composing'); // who is not there
    alice.upstream.displayed('bob', 'nothing-1');
    alice.upstream.typing('dave', 'composing'); // who is no friend
    await phone.iq('get', ping(), core.domain);
    const { messages } = await alice.upstream.history({ with: 'bob', limit: 100 });
    expect(messages.every(({ body }) => body !== '')).toBe(true);
    expect(await alice.upstream.history({ with: 'dave', limit: 100 })).toEqual({
      messages: [],
      complete: true,
    });
    expect([...alice.of('typing'), ...alice.of('bounced')]).toEqual([]);
  });
});

describe('presence', () => {
  const shown = (session: UpstreamSession, user: string): string | undefined =>
    session
      .of('presence')
      .filter(({ id }) => id === user)
      .at(-1)?.show;

  test('is shown as the user wants it', async () => {
    const bob = await native('bob');
    const alice = await open('alice', { presence: { show: 'dnd', status: 'writing' } });
    const busy = await bob.waitFor(
      (stanza) => stanza.is('presence') && stanza.getChildText('show') === 'dnd',
    );
    expect(busy.getChildText('status')).toBe('writing');
    alice.appears({ show: 'away' });
    await bob.waitFor((stanza) => stanza.is('presence') && stanza.getChildText('show') === 'away');
  });

  test('of the user’s own other devices is told, and not that of the session itself', async () => {
    const alice = await open('alice');
    const phone = await native('alice', 'phone');
    await alice.waitFor('presence', ({ id, resource }) => id === 'alice' && resource === 'phone');
    const other = await open('alice');
    await other.waitFor('presence', ({ id, resource }) => id === 'alice' && resource === 'phone');
    await waitUntil('both sessions to know each other', () =>
      [alice, other].every((session) =>
        session.of('presence').some(({ id, resource }) => id === 'alice' && resource.startsWith('web-')),
      ),
    );
    await phone.close();
    await alice.waitFor('presence', ({ resource, show }) => resource === 'phone' && show === 'offline');
    const own = phone.seen
      .filter((stanza) => stanza.is('presence'))
      .map((stanza) => stanza.attrs['from'] as string);
    const resources = alice.of('presence').map(({ id, resource }) => `${id}@${core.domain}/${resource}`);
    expect(own.filter((address) => address.includes('/web-') && !resources.includes(address))).toHaveLength(
      1,
    );
  });

  test('of an invisible user is seen by nobody, from the first moment on; the rest goes on', async () => {
    const bob = await native('bob');
    const friend = await open('bob');
    const alice = await open('alice', { presence: { show: 'invisible' } });
    await alice.waitFor('presence', ({ id }) => id === 'bob');
    bob.send(chat(core.addressOf('alice'), 'are you there?', 'inv-1', request()));
    const { cid } = await alice.hears('are you there?');
    alice.upstream.displayed('bob', cid ?? '');
    alice.upstream.typing('bob', 'composing');
    await afterAll(alice, bob, 'invisible-end');
    const hints = bob.seen.filter(
      (stanza) => String(stanza.attrs['from']).startsWith('alice@') && stanza.getChildText('body') === null,
    );
    expect(hints.map(String)).toEqual([]);
    expect(shown(friend, 'alice')).toBeUndefined();
    alice.appears({ show: 'online', status: 'now I am' });
    await friend.waitFor('presence', ({ id, status }) => id === 'alice' && status === 'now I am');
    alice.appears({ show: 'invisible' });
    await friend.waitFor('presence', ({ id, show }) => id === 'alice' && show === 'offline');
    alice.appears({ show: 'online' });
    alice.appears({ show: 'dnd' });
    alice.appears({ show: 'invisible' });
    alice.appears({ show: 'away' });
    await friend.waitFor('presence', ({ id, show }) => id === 'alice' && show === 'away');
  });
});

test('the user’s other sessions are told that the state has changed, and nobody else', async () => {
  const bob = await native('bob');
  const alice = await open('alice');
  const other = await open('alice');
  alice.upstream.stateChanged();
  await other.waitFor('state-changed');
  await afterAll(alice, bob, 'state-end');
  expect(alice.of('state-changed')).toEqual([]);
  expect(other.of('state-changed')).toHaveLength(1);
  expect(bob.seen.filter(having('changed', NS.state))).toEqual([]);
});

test('a friend can’t tell the user’s sessions that the state has changed', async () => {
  const bob = await native('bob');
  const alice = await open('alice');
  bob.send(
    xml('message', { to: core.addressOf('alice'), type: 'headline' }, xml('changed', { xmlns: NS.state })),
  );
  bob.send(chat(core.addressOf('alice'), 'after the forgery', 'forged-1'));
  await alice.hears('after the forgery');
  expect(alice.of('state-changed')).toEqual([]);
});

describe('behind a line that is cut', () => {
  test('a session is resumed: nothing is set up anew, and the presence that was wanted meanwhile is shown', async () => {
    const bob = await native('bob');
    const alice = await open('alice', {}, { port: await tap.listen() });
    tap.cut();
    await alice.waitFor('link', ({ connected }) => !connected);
    alice.appears({ show: 'dnd', status: 'wanted meanwhile' });
    await bob.waitFor(
      (stanza) => stanza.is('presence') && stanza.getChildText('status') === 'wanted meanwhile',
    );
    bob.send(chat(core.addressOf('alice'), 'after the cut', 'cut-1'));
    await alice.hears('after the cut');
    expect(alice.of('presence-reset')).toHaveLength(1);
    expect(alice.of('roster')).toHaveLength(1);
    expect(bob.seen.filter((stanza) => stanza.attrs['type'] === 'unavailable')).toEqual([]);
  });

  test('a session that the server has given up is set up whole, and stays invisible', async () => {
    const bob = await native('bob');
    const friend = await open('bob');
    const port = await tap.listen();
    const alice = await open('alice', { presence: { show: 'invisible' } }, { port, resumeTimeout: 1 });
    const phone = await native('alice', 'phone');
    await phone.waitFor((stanza) => String(stanza.attrs['from']).includes('/web-'));
    tap.cut({ closed: true });
    await phone.waitFor(
      (stanza) => stanza.attrs['type'] === 'unavailable' && String(stanza.attrs['from']).includes('/web-'),
    );
    alice.knows.newest = { id: '1', at: new Date().toISOString() };
    bob.send(chat(core.addressOf('alice'), 'missed', 'missed-1'));
    await phone.waitFor((stanza) => stanza.getChildText('body') === 'missed');
    tap.open();
    await waitUntil('the session to be set up again', () => alice.of('history').length >= 2);
    expect(alice.of('presence-reset')).toHaveLength(2);
    expect(
      alice
        .of('history')
        .at(-1)
        ?.conversations[0]?.messages.map(({ body }) => body),
    ).toContain('missed');
    await afterAll(alice, bob, 'rebind-end');
    const resources = friend.of('presence').map(({ resource }) => resource);
    expect(resources.filter((resource) => resource.startsWith('web-'))).toEqual([]);
  });
});
