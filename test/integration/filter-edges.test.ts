/** The ways round friendship that are not a user's: other components, other servers, services, registration. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { component, type Component } from '@xmpp/component';
import xml, { type Element } from '@xmpp/xml';
import { parse, stringify } from 'yaml';
import { ejabberdRelease } from '../support/ejabberd-home.ts';
import type { NativeClient } from '../support/native-client.ts';
import { freePort } from '../support/ports.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const SECRET = 'of-a-component-that-is-not-the-site';
const REGISTER = 'jabber:iq:register';
const PING = xml('ping', { xmlns: 'urn:xmpp:ping' });
const DISCO = 'http://jabber.org/protocol/disco';

const ping = (client: NativeClient): Promise<Element> => client.iq('get', PING);
const conditionOf = (stanza: Element): string =>
  stanza.getChild('error')?.getChildElements()[0]?.name ?? String(stanza);
const body = (text: string): Element => xml('body', {}, text);

async function present(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  client.presence();
  await ping(client);
  await ping(client); // the own presence is there by now
  return client;
}

/** The stanzas that came since, but for answers to questions of one's own. */
const since = (client: NativeClient, from: number): Element[] =>
  client.seen.slice(from).filter(({ attrs }) => !String(attrs['id']).startsWith('iq-'));

interface Shipped {
  readonly s2s_access: string;
  readonly listen: readonly { readonly module: string }[];
}

/** COMPAT: what ejabberd offers only from a release on. */
const offeredFrom = (release: number, ...features: string[]): string[] =>
  ejabberdRelease() >= release ? features : [];

/** Words of the archive: to search it by whole words, and to take back an own message (XEP-0424). */
const OF_ARCHIVE = [
  ...offeredFrom(26.03, 'urn:xmpp:fulltext:0'),
  'urn:xmpp:mam:0',
  'urn:xmpp:mam:1',
  'urn:xmpp:mam:2',
  'urn:xmpp:mam:tmp',
  ...offeredFrom(24.1, 'urn:xmpp:message-retract:1'),
];

/** All that there is: what is not here was let in by somebody, and has to be looked at first. */
const SERVER_FEATURES = [
  'http://jabber.org/protocol/disco#info',
  'http://jabber.org/protocol/disco#items',
  'http://jabber.org/protocol/offline', // XEP-0013: for the own account alone
  'iq',
  'jabber:iq:last',
  'jabber:iq:privacy',
  'msgoffline',
  'presence',
  'urn:im-bridge:site:0', // pushes: of the site's component alone
  'urn:xmpp:blocking',
  'urn:xmpp:carbons:2',
  'urn:xmpp:carbons:rules:0',
  'urn:xmpp:invisible:1', // mod_invisible_site
  ...OF_ARCHIVE,
  'urn:xmpp:ping',
].sort();
const FRIEND_FEATURES = [
  'http://jabber.org/protocol/disco#info',
  'http://jabber.org/protocol/disco#items',
  'http://jabber.org/protocol/offline',
  'msgoffline',
];
const OWN_FEATURES = [...FRIEND_FEATURES, ...OF_ARCHIVE, 'urn:xmpp:sid:0'].sort();

/** One that answers nothing by itself, and remembers what came. */
class OtherComponent {
  readonly seen: Element[] = [];
  /** Why the server ended the stream. */
  fault: Error | undefined;
  readonly #entity: Component;
  readonly #domain: string;

  private constructor(entity: Component, domain: string) {
    this.#entity = entity;
    this.#domain = domain;
    entity.on('error', (error: Error) => (this.fault = error));
    entity.on('element', (element: Element) => this.seen.push(element));
  }

  static async connect(port: number, domain: string, password: string): Promise<OtherComponent> {
    const service = `xmpp://127.0.0.1:${port}`;
    const entity = component({ service, domain, password });
    entity.reconnect.stop();
    entity.removeAllListeners('element'); // its middleware answers IQs by itself
    const online = once(entity, 'online');
    await entity.connect(service);
    await entity.open({ domain });
    await online;
    return new OtherComponent(entity, domain);
  }

  async send(stanza: Element): Promise<void> {
    await this.#entity.send(stanza);
  }

  /** What came back so far: the server has dealt with all before when it answers this. */
  async heard(): Promise<Element[]> {
    const id = `barrier-${this.seen.length}`;
    const from = this.#domain;
    await this.send(xml('iq', { type: 'get', id, from, to: core.domain }, PING));
    const isAnswer = ({ attrs }: Element): boolean => attrs['id'] === id;
    await waitUntil('the server to answer', () => this.seen.some(isAnswer), { every: 2 });
    return this.seen.filter(({ attrs }) => !String(attrs['id']).startsWith('barrier-'));
  }

  stop(): Promise<unknown> {
    return this.#entity.stop();
  }
}

describe('another component of the same server', () => {
  let other: OtherComponent;
  let port: number;
  const domain = `other.${core.domain}`;

  beforeAll(async () => {
    port = await freePort();
    const path = join(core.dir, 'ejabberd/ejabberd.yml');
    const config = parse(readFileSync(path, 'utf8')) as { listen: object[] };
    const hosts = { [domain]: { password: SECRET } };
    config.listen.push({ port, ip: '127.0.0.1', module: 'ejabberd_service', hosts });
    writeFileSync(path, stringify(config));
    await core.ejabberd.api('reload_config');
    other = await OtherComponent.connect(port, domain, SECRET);
  });
  afterAll(() => other.stop());

  const asks: readonly (readonly [string, () => Element])[] = [
    ['a message', () => xml('message', { type: 'chat' }, body('from elsewhere'))],
    ['a headline', () => xml('message', { type: 'headline' }, body('from elsewhere'))],
    ['an IQ get', () => xml('iq', { type: 'get' }, xml('query', { xmlns: 'jabber:iq:version' }))],
    ['an IQ set', () => xml('iq', { type: 'set' }, xml('query', { xmlns: 'jabber:iq:roster' }))],
  ];
  const silent: readonly (readonly [string, () => Element])[] = [
    ['presence', () => xml('presence')],
    ['a probe', () => xml('presence', { type: 'probe' })],
    ['a subscription', () => xml('presence', { type: 'subscribe' })],
    ['an error', () => xml('message', { type: 'error' }, body('from elsewhere'))],
    ['a result', () => xml('iq', { type: 'result' })],
  ];

  test.each([...asks, ...silent])('%s of it reaches no user', async (name, make) => {
    const alice = await present('alice');
    const [seen, heard] = [alice.seen.length, (await other.heard()).length];
    const stanza = make();
    Object.assign(stanza.attrs, { from: `somebody@${domain}`, to: alice.address, id: name });
    await other.send(stanza);
    const answers = (await other.heard()).slice(heard);
    await ping(alice);
    expect(since(alice, seen)).toEqual([]);
    const refused = asks.some(([ask]) => ask === name);
    expect(answers.map(conditionOf)).toEqual(refused ? ['not-allowed'] : []);
  });

  test('a stanza of it to the bare address leaves nothing in the offline store and the archive', async () => {
    const to = core.addressOf('carol');
    await other.send(xml('message', { from: domain, to, type: 'chat', id: 'kept?' }, body('kept?')));
    await other.heard();
    const carol = await present('carol');
    expect(carol.seen.filter((stanza) => stanza.is('message'))).toEqual([]);
    const database = await core.database();
    const [rows] = await database.query('SELECT username FROM archive WHERE txt = ?', ['kept?']);
    await database.end();
    expect(rows).toEqual([]);
  });

  test.each(['the domain', 'a user', 'the site’s component'])('it can’t speak as %s', async (as) => {
    const from = { 'the domain': core.domain, 'a user': core.addressOf('bob') }[as] ?? `site.${core.domain}`;
    const alice = await present('alice');
    const seen = alice.seen.length;
    const liar = await OtherComponent.connect(port, domain, SECRET);
    await liar.send(xml('message', { from, to: alice.address, type: 'chat' }, body('believe me')));
    await waitUntil('the stream to end', () => liar.fault);
    expect(String(liar.fault)).toContain('invalid-from');
    await ping(alice);
    expect(since(alice, seen)).toEqual([]);
  });

  test('its stanza to a user of another server goes nowhere', async () => {
    const heard = (await other.heard()).length;
    const to = 'alice@other.example';
    await other.send(xml('message', { from: domain, to, type: 'chat', id: 'abroad' }, body('hello')));
    expect((await other.heard()).slice(heard).map(conditionOf)).toEqual(['forbidden']); // s2s_access: no name is looked up
  });
});

describe('other servers', () => {
  test.each(['alice@other.example', 'other.example', 'alice@other.example/phone'])(
    'a message or an IQ to %s is refused, presence is dropped',
    async (to) => {
      const alice = await present('alice');
      const seen = alice.seen.length;
      alice.chat(to, 'hello', 'message');
      alice.send(xml('iq', { to, type: 'get', id: 'question' }, PING));
      for (const type of ['probe', 'subscribe', 'unavailable']) alice.presence({ to, type });
      await ping(alice);
      const answers = since(alice, seen).map((stanza) => [String(stanza.attrs['id']), conditionOf(stanza)]);
      expect(answers).toEqual([
        ['message', 'not-allowed'],
        ['question', 'not-allowed'],
      ]);
    },
  );

  test('there is no connection to them, and no port for them', async () => {
    expect(await core.ejabberd.api('outgoing_s2s_number')).toEqual({ s2s_outgoing: 0 });
    expect(await core.ejabberd.api('incoming_s2s_number')).toEqual({ s2s_incoming: 0 });
    const config = parse(readFileSync(join(core.dir, 'ejabberd/ejabberd.yml'), 'utf8')) as Shipped;
    expect(config.s2s_access).toBe('nobody');
    const modules = config.listen.map((listener) => listener.module);
    expect([...new Set(modules)].sort()).toEqual(['ejabberd_c2s', 'ejabberd_http', 'ejabberd_service']);
  });
});

describe('registration by anybody', () => {
  test.each(['get', 'set'])('is refused before a login: %s', async (type) => {
    const said = await beforeLogin(type);
    expect(said).toContain('stream:features');
    expect(said).not.toContain('http://jabber.org/features/iq-register');
    expect(said).not.toContain("type='result'");
    expect(said).toMatch(/not-authorized|service-unavailable|not-allowed/);
    const known = await core.ejabberd.api('check_account', { user: 'mallory', host: core.domain });
    expect(known).toBe(1); // 1: there is none
  });

  test('is refused after a login, and an account can neither be changed nor removed', async () => {
    const alice = await core.login('alice');
    const ask = async (type: 'get' | 'set', child: Element, to?: string): Promise<string> =>
      conditionOf(await alice.iq(type, xml('query', { xmlns: REGISTER }, child), to));
    const fields = (): Element[] => [xml('username', {}, 'alice'), xml('password', {}, 'other')];
    for (const to of [undefined, core.domain]) {
      expect(await ask('get', xml('instructions'), to)).toBe('service-unavailable');
      expect(await ask('set', xml('remove'), to)).toBe('service-unavailable');
      for (const field of fields()) expect(await ask('set', field, to)).toBe('service-unavailable');
    }
    await core.login('alice'); // with the password of before
  });
});

describe('what the server offers', () => {
  const info = async (to: string): Promise<string[]> => {
    const alice = await core.login('alice');
    const answer = await alice.iq('get', xml('query', { xmlns: `${DISCO}#info` }), to);
    const query = answer.getChild('query');
    return (query?.getChildren('feature') ?? []).map(({ attrs }) => String(attrs['var'])).sort();
  };
  const items = async (to: string): Promise<string[]> => {
    const alice = await core.login('alice');
    const answer = await alice.iq('get', xml('query', { xmlns: `${DISCO}#items` }), to);
    return (answer.getChild('query')?.getChildren('item') ?? []).map(({ attrs }) => String(attrs['jid']));
  };

  test('a friend’s offline messages can’t be listed, counted or had (XEP-0013)', async () => {
    const [alice, to] = [await core.login('alice'), core.addressOf('bob')];
    alice.chat(to, 'for later');
    await ping(alice);
    const node = 'http://jabber.org/protocol/offline';
    const list = await alice.iq('get', xml('query', { xmlns: `${DISCO}#items`, node }), to);
    const count = await alice.iq('get', xml('query', { xmlns: `${DISCO}#info`, node }), to);
    const fetched = await alice.iq('get', xml('offline', { xmlns: node }, xml('fetch')), to);
    expect([list, fetched].map(conditionOf)).toEqual(['not-allowed', 'forbidden']);
    expect(count.getChild('query')?.getChildElements().map(String)).toEqual([
      '<identity type="registered" category="account"/>', // and no form with a number
    ]);
  });

  test('its services are components alone: no rooms, no pubsub, no proxy', async () => {
    expect(await items(core.domain)).toEqual([`site.${core.domain}`]);
    expect(await items(core.addressOf('bob'))).toEqual([]);
  });

  test('its features are these', async () => {
    expect(await info(core.domain)).toEqual(SERVER_FEATURES);
  });

  test('the features of the own account, and of a friend, are these', async () => {
    expect(await info(core.addressOf('alice'))).toEqual(OWN_FEATURES);
    expect(await info(core.addressOf('bob'))).toEqual(FRIEND_FEATURES);
  });

  test.each(['muc', 'conference', 'pubsub', 'multicast', 'proxy', 'upload', 'vjud', 'irc'])(
    'nobody answers at %s.DOMAIN',
    async (name) => {
      const alice = await core.login('alice');
      const answer = await alice.iq(
        'get',
        xml('query', { xmlns: `${DISCO}#info` }),
        `${name}.${core.domain}`,
      );
      expect(conditionOf(answer)).toBe('not-allowed');
    },
  );
});

/** All that the server says to somebody who registers without a login, until it has answered or hung up. */
async function beforeLogin(type: string): Promise<string> {
  const socket = connect(core.ejabberd.ports.c2s, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  socket.on('error', () => undefined); // it may hang up
  const header = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'`;
  socket.write(`<?xml version='1.0'?>${header} to='${core.domain}'>`);
  await waitUntil('the features', () => said.includes('</stream:features>'));
  const fields = [xml('username', {}, 'mallory'), xml('password', {}, 'mallory')];
  const query = xml('query', { xmlns: REGISTER }, ...(type === 'set' ? fields : []));
  socket.write(xml('iq', { type, id: 'register', to: core.domain }, query).toString());
  await waitUntil('an answer', () => /<iq |<stream:error/.test(said));
  socket.destroy();
  return said;
}
