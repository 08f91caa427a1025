/** What a bridge's XMPP session reads out of the archive of a real ejabberd: what it missed, pages, and finds. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import xml from '@xmpp/xml';
import type { Message } from '../../bridge/protocol/events.ts';
import type { CaughtUp } from '../../bridge/session/ports.ts';
import { NS } from '../../bridge/xmpp/namespaces.ts';
import type { NativeClient } from '../support/native-client.ts';
import { hear, watchedSession } from '../support/session.ts';
import { useUpstreams } from '../support/upstream-session.ts';

const { core, open } = useUpstreams();

/** On ejabberd's own schema. */
async function sql(statement: string, values: readonly (string | number)[] = []): Promise<void> {
  const database = await core.database();
  await database.execute(statement, [...values]);
  await database.end();
}

beforeAll(() => core.befriend('bob', 'carol'));
beforeEach(() => sql('DELETE FROM archive'));

/** A native client that is there. */
async function native(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  client.presence();
  await client.iq('get', xml('ping', { xmlns: NS.ping }), core.domain);
  return client;
}

/** Each is archived, for both, when this resolves. */
async function say(from: NativeClient, to: NativeClient, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    from.chat(bare(to), body);
    await to.waitFor((stanza) => stanza.getChildText('body') === body);
  }
}

/** Both write in turn. Resolves to all that was said, the oldest first. */
async function talk(a: NativeClient, b: NativeClient, count: number, name = 'm'): Promise<string[]> {
  const bodies = Array.from({ length: count }, (_, n) => `${name} ${n}`);
  for (const [n, body] of bodies.entries()) await (n % 2 === 0 ? say(a, b, [body]) : say(b, a, [body]));
  return bodies;
}

/** As many entries without a text. Each is archived, for both, when this resolves. */
async function sayNothing(from: NativeClient, to: NativeClient, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1)
    from.send(
      xml(
        'message',
        { to: bare(to), type: 'chat', id: `empty-${n}` },
        xml('displayed', { xmlns: NS.markers, id: `m-${n}` }),
        xml('store', { xmlns: NS.hints }),
      ),
    );
  await to.waitFor((stanza) => stanza.attrs['id'] === `empty-${count}`);
}

const bare = ({ address }: NativeClient): string => address.split('/', 1)[0] ?? '';
const bodiesOf = (messages: readonly Message[] | undefined): string[] | undefined =>
  messages?.map(({ body }) => body);
const withPeer = ({ conversations }: CaughtUp, peer: string): readonly Message[] | undefined =>
  conversations.find((conversation) => conversation.with === peer)?.messages;

/** The archive has alice's copy since so many seconds before it has. mod_mam's id is the time in microseconds. */
const age = (body: string, seconds: number): Promise<void> =>
  sql("UPDATE archive SET timestamp = timestamp - ? WHERE username = 'alice' AND txt = ?", [
    seconds * 1_000_000,
    body,
  ]);

/** alice's message as her archive has it. */
async function archived(peer: string, body: string): Promise<Message> {
  const reader = await open('alice');
  const { messages } = await reader.upstream.history({ with: peer, limit: 100 });
  const found = messages.find((message) => message.body === body);
  if (found === undefined) throw new Error(`the archive does not have ${body}`);
  return found;
}

describe('what a session missed', () => {
  test('is the newest page for one that knows nothing: own messages and others’, the newest conversation first', async () => {
    const [phone, bob, carol] = [await native('alice'), await native('bob'), await native('carol')];
    await say(phone, bob, ['mine']);
    await say(carol, phone, ['hers']);
    await say(bob, phone, ['his']);
    await say(bob, carol, ['not for alice']);
    const alice = await open('alice');
    const { conversations, gap } = await alice.caughtUp();
    expect(gap).toBe(false);
    expect(conversations.map((one) => [one.with, one.complete, bodiesOf(one.messages)])).toEqual([
      ['bob', true, ['mine', 'his']],
      ['carol', true, ['hers']],
    ]);
    expect(conversations[0]?.messages.map(({ from }) => from)).toEqual(['alice', 'bob']);
  });

  test('is all since the newest that it knows, over several pages, each once and in order', async () => {
    const [phone, bob] = [await native('alice'), await native('bob')];
    await say(bob, phone, ['long known', 'known']);
    await age('long known', 120);
    const newest = await archived('bob', 'known');
    const since = await talk(phone, bob, 230);
    const alice = await open('alice', { newest });
    const caughtUp = await alice.caughtUp();
    expect(caughtUp.gap).toBe(false);
    expect(bodiesOf(withPeer(caughtUp, 'bob'))).toEqual(['known', ...since]);
  });

  test('begins a minute before it, for what was stored late; what was known is not told again', async () => {
    const [phone, bob] = [await native('alice'), await native('bob')];
    await say(bob, phone, ['long ago', 'stored late', 'newest', 'since']);
    await age('long ago', 90);
    await age('stored late', 30);
    const newest = await archived('bob', 'newest');
    const alice = await open('alice', { newest });
    const caughtUp = await alice.caughtUp();
    expect(bodiesOf(withPeer(caughtUp, 'bob'))).toEqual(['stored late', 'newest', 'since']);
    const session = watchedSession();
    for (const message of [await archived('bob', 'long ago'), newest])
      hear(session, { type: 'message', message });
    const told = hear(session, caughtUp).flatMap((event) => (event.type === 'message' ? [event] : []));
    expect(bodiesOf(told)).toEqual(['stored late', 'since']);
    expect(hear(session, caughtUp)).toEqual([]);
  });

  test('is looked for once more, soon after: a message that was under way may be stored only then', async () => {
    const [phone, bob] = [await native('alice'), await native('bob')];
    await say(bob, phone, ['known', 'under way']);
    const rename = "UPDATE archive SET username = ? WHERE username = ? AND txt = 'under way'";
    await sql(rename, ['nobody', 'alice']);
    const alice = await open('alice', { newest: await archived('bob', 'known') });
    expect(bodiesOf(withPeer(await alice.caughtUp(), 'bob'))).toEqual(['known']);
    await sql(rename, ['alice', 'nobody']);
    await alice.waitFor('history', (again) => withPeer(again, 'bob')?.at(-1)?.body === 'under way');
  });

  test('has the latest of the conversations that are wanted, also where there is nothing new', async () => {
    const [phone, bob, carol] = [await native('alice'), await native('bob'), await native('carol')];
    const old = await talk(carol, phone, 25, 'old');
    for (const body of old) await age(body, 600);
    await say(bob, phone, ['newest']);
    const knows = { newest: await archived('bob', 'newest'), wanted: ['carol'] };
    for (const snapshot of [20, 7]) {
      const alice = await open('alice', knows, { snapshot });
      expect(bodiesOf(withPeer(await alice.caughtUp(), 'carol'))).toEqual(old.slice(-snapshot));
    }
  });

  test('is without the messages of a friend who has much archived without a text, and the others are there', async () => {
    const [phone, bob, carol] = [await native('alice'), await native('bob'), await native('carol')];
    await say(bob, phone, ['first']);
    await sayNothing(bob, phone, 450);
    await say(carol, phone, ['hers']);
    const alice = await open('alice', { wanted: ['bob'] });
    const caughtUp = await alice.caughtUp();
    expect(caughtUp.conversations.map((one) => [one.with, one.complete, bodiesOf(one.messages)])).toEqual([
      ['carol', true, ['hers']],
      ['bob', false, []],
    ]);
    const page = await alice.upstream.history({ with: 'bob', limit: 20 }); // who asks for it has more patience
    expect([page.complete, bodiesOf(page.messages)]).toEqual([true, ['first']]);
  });

  test('is cut where it is more than the limit, and that is told: the newest are there, of all conversations', async () => {
    const [phone, bob, carol] = [await native('alice'), await native('bob'), await native('carol')];
    const old = await talk(carol, phone, 25, 'old');
    for (const body of old) await age(body, 600);
    await say(bob, phone, ['known']);
    const knows = { newest: await archived('bob', 'known'), conversations: ['bob', 'carol'] };
    const since = await talk(phone, bob, 260);
    const alice = await open('alice', knows, { catchUp: 150 });
    const caughtUp = await alice.caughtUp();
    expect(caughtUp.gap).toBe(true);
    const messages = bodiesOf(withPeer(caughtUp, 'bob')) ?? [];
    expect(messages.length).toBeGreaterThanOrEqual(150);
    expect(messages.length).toBeLessThan(since.length);
    expect(messages).toEqual(since.slice(-messages.length));
    expect(bodiesOf(withPeer(caughtUp, 'carol'))).toEqual(old.slice(-20));
    const patient = await open('alice', knows, { catchUp: 300 });
    expect(await patient.caughtUp()).toMatchObject({ gap: false });
  });
});

describe('history', () => {
  test('goes back to the first message, page by page, and says where it ends', async () => {
    const [phone, bob, carol] = [await native('alice'), await native('bob'), await native('carol')];
    const all = await talk(phone, bob, 45);
    await say(carol, phone, ['of another conversation']);
    const { upstream } = await open('alice');
    const last = await upstream.history({ with: 'bob', limit: 20 });
    const middle = await upstream.history({ with: 'bob', limit: 20, before: last.messages[0]?.id ?? '' });
    const first = await upstream.history({ with: 'bob', limit: 20, before: middle.messages[0]?.id ?? '' });
    const pages = [first, middle, last];
    expect(pages.map(({ messages }) => messages.length)).toEqual([5, 20, 20]);
    expect(pages.map(({ complete }) => complete)).toEqual([true, false, false]);
    expect(pages.flatMap(({ messages }) => bodiesOf(messages))).toEqual(all);
    const before = first.messages[0]?.id ?? '';
    expect(await upstream.history({ with: 'bob', limit: 20, before })).toEqual({
      messages: [],
      complete: true,
    });
    expect(await upstream.history({ with: 'bob', limit: all.length })).toMatchObject({ complete: true });
  });

  test('takes any number for a place in time, and nothing else', async () => {
    const [phone, bob] = [await native('alice'), await native('bob')];
    await talk(phone, bob, 4);
    const { upstream } = await open('alice');
    const { messages } = await upstream.history({ with: 'bob', limit: 10 });
    const before = String(Number(messages[2]?.id) - 1); // between two messages
    expect(bodiesOf((await upstream.history({ with: 'bob', limit: 10, before })).messages)).toEqual([
      'm 0',
      'm 1',
    ]);
    const wrong = upstream.history({ with: 'bob', limit: 10, before: "1' OR '1'='1" });
    await expect(wrong).rejects.toMatchObject({ code: 'bad-request' });
  });

  test('passes over what was archived without a text, and gives as many messages as are wanted', async () => {
    const [phone, bob] = [await native('alice'), await native('bob')];
    await say(bob, phone, ['first', 'second']);
    await sayNothing(bob, phone, 130);
    await say(bob, phone, ['third']);
    const { upstream } = await open('alice');
    const page = await upstream.history({ with: 'bob', limit: 2 });
    expect([page.complete, bodiesOf(page.messages)]).toEqual([false, ['second', 'third']]);
    const rest = await upstream.history({ with: 'bob', limit: 2, before: page.messages[0]?.id ?? '' });
    expect([rest.complete, bodiesOf(rest.messages)]).toEqual([true, ['first']]);
  });

  test('is refused when too many ask at once, and none of the others waits in vain', async () => {
    const { upstream } = await open('alice');
    const asked = Array.from({ length: 12 }, () => upstream.history({ with: 'bob', limit: 1 }));
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(refused[0]?.reason).toMatchObject({ code: 'unavailable' });
    expect(await upstream.history({ with: 'bob', limit: 1 })).toEqual({ messages: [], complete: true });
  });

  test('is unavailable, and not empty, when the archive has lost its table', async () => {
    const { upstream } = await open('alice');
    await sql('RENAME TABLE archive TO archive_elsewhere');
    try {
      const lost = { code: 'unavailable' };
      await expect(upstream.history({ with: 'bob', limit: 1 })).rejects.toMatchObject(lost);
      await expect(upstream.search({ text: 'anything', limit: 1 })).rejects.toMatchObject(lost);
    } finally {
      await sql('RENAME TABLE archive_elsewhere TO archive');
    }
  });
});

describe('a search', () => {
  test('finds own messages and others’, with one person or with all, and nobody else’s', async () => {
    const [phone, bob, carol] = [await native('alice'), await native('bob'), await native('carol')];
    await say(phone, bob, ['A brown fox of mine']);
    await say(bob, phone, ['his BROWN bear']);
    await say(carol, phone, ['her brown owl', 'brownish']);
    await say(bob, carol, ['brown, and not for alice']);
    const { upstream } = await open('alice');
    const all = ['A brown fox of mine', 'his BROWN bear', 'her brown owl'];
    expect(bodiesOf(await upstream.search({ text: 'brown', limit: 10 }))).toEqual(all);
    expect(bodiesOf(await upstream.search({ text: 'brown', limit: 2 }))).toEqual(all.slice(-2));
    expect(bodiesOf(await upstream.search({ text: 'fox brown', limit: 10 }))).toEqual(all.slice(0, 1));
    expect(bodiesOf(await upstream.search({ text: 'brown', with: 'carol', limit: 10 }))).toEqual([
      'her brown owl',
    ]);
    expect(await upstream.search({ text: 'badger', limit: 10 })).toEqual([]);
  });

  test('goes on beyond the largest page of the archive', async () => {
    const [phone, bob] = [await native('alice'), await native('bob')];
    await say(bob, phone, ['needle of 42']);
    await talk(phone, bob, 255, 'needle');
    const { upstream } = await open('alice');
    // The index of the database is asked for the longest word, which all of them have.
    expect(bodiesOf(await upstream.search({ text: 'of needle 42', limit: 10 }))).toEqual(['needle of 42']);
  });
});
