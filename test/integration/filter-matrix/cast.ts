/** Who sends and who receives in the filter matrix: on a whole stack, with a tap before bridge and component. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xml, { type Element } from '@xmpp/xml';
import mysql, { type Connection } from 'mysql2/promise';
import { parse, stringify } from 'yaml';
import { NativeClient } from '../../support/native-client.ts';
import { startStack, type Stack } from '../../support/stack.ts';
import { befriend, Person, siteDatabase, STORY_HASH, STORY_PASSWORD, unfriend } from '../../support/story.ts';
import type { Tab } from '../../support/tab.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { WireTap, type Tapped } from '../../support/wire-tap.ts';
import { idOf, PEOPLE, RELATIONS, STATES, type Relation } from './receivers.ts';

const ROSTER = 'jabber:iq:roster';
export const SENDER = 'sender';
/** A friend of everybody on the web: their word is the barrier there. */
export const WITNESS = 'witness';

/** Of a person on the web: what the server sends to the bridge for them, and their tab. */
export interface OnTheWeb {
  readonly wire: Tapped;
  readonly tab: Tab;
}

export interface Cast {
  readonly stack: Stack;
  readonly sender: NativeClient;
  /** The sender's other client, with carbons. */
  readonly other: NativeClient;
  readonly witness: NativeClient;
  readonly online: ReadonlyMap<Relation, NativeClient>;
  readonly web: ReadonlyMap<Relation, OnTheWeb>;
  /** What the server sends to the site's component. */
  readonly component: Tapped;
  /** ejabberd's own tables. */
  readonly database: Connection;
  readonly login: (user: string, resource: string) => Promise<NativeClient>;
  stop(): Promise<void>;
}

export async function startCast(): Promise<Cast> {
  const dir = mkdtempSync(join(tmpdir(), 'im-'));
  const stack = await startStack({ dir });
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    return { ...(await gather(stack, ends)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function gather(stack: Stack, ends: (() => Promise<unknown>)[]): Promise<Omit<Cast, 'stop'>> {
  const [bridge, component] = await tapped(stack, ends);
  await makeAccounts(stack);
  const login = async (user: string, resource: string): Promise<NativeClient> => {
    const client = await signIn(stack, user, resource);
    ends.push(() => client.close());
    return client;
  };
  const [sender, other, witness] = [
    await login(SENDER, 'phone'),
    await login(SENDER, 'desk'),
    await login(WITNESS, 'phone'),
  ];
  await other.iq('set', xml('enable', { xmlns: 'urn:xmpp:carbons:2' }));
  const online = new Map<Relation, NativeClient>();
  const web = new Map<Relation, OnTheWeb>();
  for (const relation of RELATIONS) {
    online.set(relation, await login(idOf(relation, 'online'), 'phone'));
    const tab = await new Person(idOf(relation, 'web'), stack).openTab();
    ends.push(() => tab.leave());
    web.set(relation, { tab, wire: await bridge.sessionOf(`${idOf(relation, 'web')}@${stack.plan.domain}`) });
  }
  for (const client of [sender, other, witness, ...online.values()]) client.presence();
  for (const { wire } of web.values()) await setUp(wire);
  await endFriendships(stack, sender);
  const database = await databaseOf(stack);
  ends.push(() => database.end());
  return { stack, sender, other, witness, online, web, component: component.first, database, login };
}

/** The bridge looks at the archive twice when a session begins, some seconds apart. */
async function setUp({ seen }: Tapped): Promise<void> {
  const looks = (): number => seen.filter((stanza) => stanza.getChild('fin') !== undefined).length;
  await waitUntil('the bridge to have looked at the archive twice', () => looks() >= 2);
}

/** Sends bridge and component through a tap each, by their settings. */
async function tapped(stack: Stack, ends: (() => Promise<unknown>)[]): Promise<[WireTap, WireTap]> {
  const { dir, ports } = stack.plan;
  const taps = [new WireTap(ports.xmpp), new WireTap(ports.component)] as const;
  for (const tap of taps) ends.push(() => tap.close());
  const path = join(dir, 'im-bridge.yml');
  const settings = parse(readFileSync(path, 'utf8')) as Record<'xmpp' | 'component', { port: number }>;
  settings.xmpp.port = await taps[0].listen();
  settings.component.port = await taps[1].listen();
  writeFileSync(path, stringify(settings));
  await Promise.all([stack.restart('component'), stack.restart('bridge')]);
  return [...taps];
}

/** Former friends are friends until everybody has logged in. */
async function makeAccounts(stack: Stack): Promise<void> {
  const site = await siteDatabase(stack);
  const ids = PEOPLE.map(({ relation, state }) => idOf(relation, state));
  for (const id of [SENDER, WITNESS, ...ids]) {
    const values = [id, id, STORY_HASH];
    await site.execute('INSERT INTO users (id, name, password_hash) VALUES (?, ?, ?)', values);
  }
  for (const { relation, state } of PEOPLE) {
    if (relation !== 'stranger') await befriend(site, SENDER, idOf(relation, state));
    if (state === 'web') await befriend(site, WITNESS, idOf(relation, state));
  }
  await site.end();
}

/** As the site removes friendships; then both sides are told. */
async function endFriendships(stack: Stack, sender: NativeClient): Promise<void> {
  const host = stack.plan.domain;
  await sender.iq('get', xml('query', { xmlns: ROSTER })); // RFC 6121, section 2.2: asked once, told of each change
  const former = STATES.map((state) => idOf('former friend', state));
  const site = await siteDatabase(stack);
  for (const id of former) await unfriend(site, SENDER, id);
  await site.end();
  for (const user of [SENDER, ...former]) await stack.ejabberd.api('im_refresh', { user, host });
  for (const id of former) await sender.waitFor(isRemovalOf(`${id}@${host}`), `the removal of ${id}`);
}

const isRemovalOf =
  (jid: string) =>
  (stanza: Element): boolean => {
    const item = stanza.getChild('query', ROSTER)?.getChild('item');
    return item?.attrs['jid'] === jid && item.attrs['subscription'] === 'remove';
  };

function signIn({ info: { xmpp } }: Stack, user: string, resource: string): Promise<NativeClient> {
  const { host, port, domain } = xmpp;
  return NativeClient.connect({ host, port, domain, user, resource, password: STORY_PASSWORD });
}

/** A connection to the tables of ejabberd. */
function databaseOf({ info: { mysql: account } }: Stack): Promise<Connection> {
  const { socket: socketPath, user, password, database } = account;
  return mysql.createConnection({ socketPath, user, password, database });
}
