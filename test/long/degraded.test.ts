/**
 * A part is down: what friends who are online can do, what a new login gets, and how it mends itself, as the table
 * of docs/security.md has it. A stranger tries to get through all the while.
 */
import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { NativeClient } from '../support/native-client.ts';
import { useSeparateSite, type Cast } from '../support/separate-site.ts';
import { whileStopped } from '../support/stopped.ts';
import type { Person } from '../support/story.ts';
import { Stranger } from '../support/stranger.ts';
import { call, Tab, type Answer } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const site = useSeparateSite();

const DOMAIN = 'im.localhost';
/** Milliseconds for all to be well again: a pull that found a dead component takes 3.5 s, and is tried again. */
const RECOVERY = { timeout: 60_000 };

type Work = () => Promise<void>;

interface Fault {
  /** `during` while it lasts, then `after`. */
  readonly run: (during: Work, after: Work) => Promise<void>;
  /** What friends who are online can do. */
  readonly friends: 'chat' | 'nothing';
  /** What a new login gets, and a new tab. */
  readonly native: 'all' | 'an empty roster' | 'not-authorized' | 'no connection';
  readonly web: 'all' | 'an empty roster' | 'unavailable';
}

/** Ends something, and brings it back. */
const without =
  (end: Work, bring: Work) =>
  async (during: Work, after: Work): Promise<void> => {
    await end();
    try {
      await during();
    } finally {
      await bring();
    }
    await after();
  };

const hung =
  (part: () => { readonly pid: number }) =>
  async (during: Work, after: Work): Promise<void> => {
    await whileStopped(part(), during);
    await after();
  };

const locked =
  (table: string) =>
  async (during: Work, after: Work): Promise<void> => {
    const connection = await site.connect();
    await connection.query('LOCK TABLES ?? WRITE', [table]);
    try {
      await during();
    } finally {
      connection.destroy();
    }
    await after();
  };

const component = (): { pid: number } => ({ pid: site.stack.info.pids['component'] ?? 0 });

/** Its connection stays open at ejabberd, and nobody reads it, while another takes its place. */
async function machineGone(during: Work, after: Work): Promise<void> {
  await whileStopped(component(), async () => {
    await during();
    const second = await site.secondComponent();
    try {
      await after();
    } finally {
      await second.stop();
    }
  });
}

async function oneOfTwoKilled(during: Work, after: Work): Promise<void> {
  const second = await site.secondComponent();
  await second.kill();
  await during();
  await after();
}

/** Sessions that were cut log in anew while nobody can say whether they may: they have to wait, and be set up whole. */
async function ejabberdBackFirst(during: Work, after: Work): Promise<void> {
  await Promise.all([site.stack.end('ejabberd', 'kill'), site.database.kill()]);
  try {
    await during();
    await bring('ejabberd')();
    await waitUntil('a session to be begun in vain', async () => {
      const metrics = await (await fetch(site.stack.info.metrics.url)).text();
      return /im_xmpp_faults_total\{reason="set-up"\} [1-9]/.test(metrics);
    });
  } finally {
    await site.restartDatabase();
  }
  await after();
}

const bring =
  (name: 'component' | 'ejabberd'): Work =>
  () =>
    site.stack.restart(name);
const empty = { friends: 'chat', native: 'an empty roster', web: 'an empty roster' } as const;
const closed = { friends: 'chat', native: 'not-authorized', web: 'unavailable' } as const;
const nothing = { friends: 'nothing', native: 'no connection', web: 'unavailable' } as const;

const FAULTS: Readonly<Record<string, Fault>> = {
  'the component is stopped': {
    ...empty,
    run: without(() => site.stack.end('component'), bring('component')),
  },
  'the component is killed': {
    ...empty,
    run: without(() => site.stack.end('component', 'kill'), bring('component')),
  },
  'the component hangs': { ...empty, run: hung(component) },
  'the machine of the component is gone without a word': { ...empty, run: machineGone },
  'one of two components is killed': {
    run: oneOfTwoKilled,
    friends: 'chat',
    native: 'all',
    web: 'all',
  },
  'the database of the site is down': {
    ...closed,
    run: without(
      () => site.database.kill(),
      () => site.restartDatabase(),
    ),
  },
  'the database of the site hangs': { ...closed, run: hung(() => site.database) },
  'the friendships of the site are locked': { ...empty, run: locked('friendships') },
  'the users of the site are locked': { ...closed, run: locked('users') },
  'ejabberd is stopped': { ...nothing, run: without(() => site.stack.end('ejabberd'), bring('ejabberd')) },
  'ejabberd is killed': {
    ...nothing,
    run: without(() => site.stack.end('ejabberd', 'kill'), bring('ejabberd')),
  },
  'ejabberd and the database of the site are killed, and ejabberd is back first': {
    ...nothing,
    run: ejabberdBackFirst,
  },
};

const isPresence =
  (person: Person, show?: string) =>
  (stanza: Element): boolean =>
    stanza.is('presence') &&
    String(stanza.attrs['from']).startsWith(`${person.id}@`) &&
    stanza.attrs['type'] === undefined &&
    (show === undefined || stanza.getChildText('show') === show);
const isPushOf =
  ({ id }: Person) =>
  (stanza: Element): boolean =>
    stanza.attrs['type'] === 'set' &&
    stanza.getChild('query')?.getChild('item')?.attrs['jid'] === `${id}@${DOMAIN}`;
const isSaying = (body: string) => (stanza: Element) => stanza.getChildText('body') === body;
const addressOf = ({ id }: Person): string => `${id}@${DOMAIN}`;

const sees = (client: NativeClient, what: string, wanted: (stanza: Element) => boolean): Promise<unknown> =>
  waitUntil(`${client.address} to see ${what}`, () => client.seen.some(wanted), RECOVERY);

async function rosterOf(client: NativeClient): Promise<unknown[]> {
  const answer = await client.iq('get', xml('query', { xmlns: 'jabber:iq:roster' }));
  const items = answer.getChild('query')?.getChildren('item') ?? [];
  return items.map((item) => item.attrs['jid'] as unknown).sort();
}

async function signIn(person: Person): Promise<{ client: NativeClient; roster: unknown[] }> {
  const client = await person.native();
  const roster = await rosterOf(client);
  client.presence();
  return { client, roster };
}

/** By the web protocol, so that a refusal is seen whole. */
async function openTab(person: Person): Promise<Answer> {
  const { url } = site.stack.info.bridge;
  return await call(url, 'connect', { u: person.id, token: await person.token() });
}

const send = (tab: Tab, to: Person, body: string): Promise<Answer> =>
  call(tab.url, 'send', { u: tab.user, tab: tab.id, to: to.id, body, cid: randomUUID() });

let said = 0;

/** Both ways between a native client and a tab, with presence. */
async function chat(alice: NativeClient, { alice: a, bob }: Cast): Promise<void> {
  const [there, back, show] = [`there ${++said}`, `back ${said}`, said % 2 === 0 ? 'away' : 'dnd'];
  alice.chat(addressOf(bob), there);
  await bob.tab.sees('the message', (tab) => tab.bodies(a.id).includes(there));
  expect(await send(bob.tab, a, back)).toMatchObject({ ok: true });
  await sees(alice, 'the answer', isSaying(back));
  alice.send(xml('presence', {}, xml('show', {}, show)));
  await bob.tab.sees(show, (tab) => tab.show(a.id) === show);
}

const UNAVAILABLE = { ok: false, error: { code: 'unavailable', retryAfter: expect.any(Number) } };

/** What the newcomers got that were let in. */
interface Newcomers {
  readonly carol: NativeClient | undefined;
  readonly frank: Tab | undefined;
}

async function nativeNewcomer(
  { carol, alice }: Cast,
  gets: Fault['native'],
): Promise<NativeClient | undefined> {
  if (gets === 'not-authorized' || gets === 'no connection') {
    // ejabberd's external authentication knows yes and no alone.
    await expect(carol.native()).rejects.toThrow(gets === 'not-authorized' ? gets : /ECONNREFUSED|closed/);
    return undefined;
  }
  const { client, roster } = await signIn(carol);
  if (gets === 'all') {
    expect(roster).toEqual([addressOf(alice)]);
    return client;
  }
  expect(roster).toEqual([]);
  const id = client.chat(addressOf(alice), 'too early');
  const refused = await client.waitFor((stanza) => stanza.is('message') && stanza.attrs['id'] === id);
  expect(refused.getChild('error')?.attrs['type']).toBe('wait');
  return client;
}

async function webNewcomer({ frank, alice }: Cast, gets: Fault['web']): Promise<Tab | undefined> {
  if (gets === 'unavailable') {
    expect(await openTab(frank)).toMatchObject(UNAVAILABLE);
    return undefined;
  }
  const tab = await frank.openTab();
  if (gets === 'an empty roster') {
    expect(tab.snapshot.roster).toEqual([]);
    expect(await send(tab, alice, 'too early')).toMatchObject(UNAVAILABLE);
  } else expect(tab.snapshot.roster.map(({ id }) => id)).toEqual([alice.id]);
  return tab;
}

/** Whoever was let in has all of it without a new login; whoever was not is let in. */
async function nativeIsWell(
  { alice, carol }: Cast,
  friend: NativeClient,
  early?: NativeClient,
): Promise<void> {
  const letIn = async (): Promise<NativeClient> => (await signIn(carol)).client;
  const client = early ?? (await waitUntil('carol to be let in', letIn, RECOVERY));
  await waitUntil('carol’s roster', async () => (await rosterOf(client)).length > 0, RECOVERY);
  expect(await rosterOf(client)).toEqual([addressOf(alice)]);
  await sees(client, 'alice', isPresence(alice));
  await sees(friend, 'carol', isPresence(carol));
  client.chat(friend.address, `from carol ${++said}`);
  await sees(friend, 'the message of carol', isSaying(`from carol ${said}`));
}

async function tabIsWell({ alice, frank }: Cast, friend: NativeClient, early?: Tab): Promise<void> {
  const tab = early ?? (await waitUntil('frank to be let in', () => frank.openTab(), RECOVERY));
  const shows = ['away', 'dnd'];
  await waitUntil('frank to see alice', () => shows.includes(tab.show(alice.id) ?? ''), RECOVERY);
  await sees(friend, 'frank', isPresence(frank));
  expect(await send(tab, alice, `from frank ${++said}`)).toMatchObject({ ok: true });
  await sees(friend, 'the message of frank', isSaying(`from frank ${said}`));
}

/** Nothing of a stranger's is anywhere. */
function expectUntouched({ dave }: Cast, clients: readonly NativeClient[], tabs: readonly Tab[]): void {
  for (const { seen } of clients)
    expect(seen.filter((stanza) => stanza.toString().includes(dave.id))).toEqual([]);
  for (const { snapshot, events } of tabs) expect(JSON.stringify([snapshot, events])).not.toContain(dave.id);
}

/** Who takes part in one row, and where they are now. */
class Scene {
  readonly cast: Cast;
  readonly fault: Fault;
  readonly stranger: Stranger;
  /** All native clients that a stranger must not have reached; the last of alice's is `alice`. */
  readonly #clients: NativeClient[] = [];
  #alice: NativeClient | undefined;
  #newcomers: Newcomers = { carol: undefined, frank: undefined };

  constructor(cast: Cast, fault: Fault) {
    this.cast = cast;
    this.fault = fault;
    const everybody = [cast.alice, cast.bob, cast.carol, cast.frank].map(addressOf);
    this.stranger = new Stranger(cast.dave, DOMAIN, () => [...everybody, this.alice.address]);
  }

  get alice(): NativeClient {
    if (this.#alice === undefined) throw new Error('alice is not there');
    return this.#alice;
  }

  async begin(): Promise<void> {
    const { alice, bob } = this.cast;
    await this.#aliceSignsIn();
    await bob.openTab();
    await bob.tab.sees('alice', (tab) => tab.show(alice.id) === 'online');
    this.stranger.start();
    await this.strangerIsRefused();
  }

  /** What the table says of friends, strangers and new logins, while it lasts. */
  async during(): Promise<void> {
    const { cast, fault } = this;
    if (fault.friends === 'chat') await chat(this.alice, cast);
    else expect(await send(cast.bob.tab, cast.alice, 'now?')).toMatchObject(UNAVAILABLE);
    const carol = await nativeNewcomer(cast, fault.native);
    if (carol !== undefined) this.#clients.push(carol);
    this.#newcomers = { carol, frank: await webNewcomer(cast, fault.web) };
    if (fault.friends === 'chat') await this.strangerIsRefused();
  }

  /** And of its end. */
  async after(): Promise<void> {
    const { cast, fault } = this;
    if (fault.friends === 'nothing') {
      await waitUntil('alice to be let in', () => this.#aliceSignsIn(), RECOVERY);
      const { tab } = cast.bob; // which shows what it saw last until its session is back, after a pause that grows
      const isBack = (): boolean => tab.snapshot.connected && tab.show(cast.alice.id) === 'online';
      await waitUntil('the tab to be back', isBack, RECOVERY);
    }
    await chat(this.alice, cast);
    const { carol, frank } = this.#newcomers;
    await nativeIsWell(cast, this.alice, carol);
    if (carol !== undefined && fault.native === 'an empty roster')
      await sees(carol, 'the roster as a push', isPushOf(cast.alice));
    await tabIsWell(cast, this.alice, frank);
    await this.strangerIsRefused();
  }

  async end(): Promise<void> {
    await this.stranger.stop();
    const { bob, frank } = this.cast;
    try {
      expectUntouched(this.cast, this.#clients, [...bob.tabs, ...frank.tabs]);
    } finally {
      await Promise.all(Object.values(this.cast).map((person) => person.goHome()));
    }
  }

  async strangerIsRefused(): Promise<void> {
    const before = this.stranger.refused;
    await waitUntil('a stranger who is refused', () => this.stranger.refused > before, RECOVERY);
  }

  async #aliceSignsIn(): Promise<true> {
    this.#alice = (await signIn(this.cast.alice)).client;
    this.#clients.push(this.#alice);
    return true;
  }
}

test.each(Object.entries(FAULTS))(
  '%s: friends, strangers and new logins get what the table says, and it mends itself',
  async (_name, fault) => {
    const scene = new Scene(await site.people(), fault);
    try {
      await scene.begin();
      await fault.run(
        () => scene.during(),
        () => scene.after(),
      );
    } finally {
      await scene.end();
    }
  },
  120_000,
);

test('a message to a friend who is away is kept without the site’s database, and is there at the next login', async () => {
  const { alice, carol } = await site.people();
  await alice.openTab();
  await site.database.kill();
  try {
    // ejabberd asks the site whether an account exists before it keeps something for it.
    expect(await send(alice.tab, carol, 'for later')).toMatchObject({ ok: true });
  } finally {
    await site.restartDatabase();
  }
  const { client } = await waitUntil('carol to be let in', () => signIn(carol), RECOVERY);
  await sees(client, 'the message', isSaying('for later'));
  await Promise.all([alice.goHome(), carol.goHome()]);
});
