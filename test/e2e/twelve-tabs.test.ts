/**
 * Twelve tabs in three browsers do two hundred things at random; then all that a person's tabs show is the same, and
 * what a fresh tab is given: with a connection for each of them, and with one for the four of a browser. IM_SEED
 * repeats a run, IM_OPERATIONS makes it longer.
 */
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { Client, ClientState } from '../../bridge/client/index.ts';
import type { Snapshot } from '../../bridge/protocol/snapshot.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { randomFrom, type Random } from '../support/random.ts';
import { story, useStack, type Person } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({
  change: { limits: { hold: 3, callRate: 1000, callBurst: 1000, sendRate: 1000, sendBurst: 1000 } },
});
const seed = Number(process.env['IM_SEED'] ?? Date.now() % 1_000_000);
const operations = Number(process.env['IM_OPERATIONS'] ?? 200);
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Where the page keeps what the test drives. */
declare const page: { chat: Client };

/** One person's browser with some tabs, each with a headless client as a site's own front end would have it. */
class Browsing {
  readonly person: Person;
  readonly context: BrowserContext;
  readonly sharing: boolean;
  readonly tabs: Page[] = [];

  constructor(person: Person, context: BrowserContext, sharing: boolean) {
    this.person = person;
    this.context = context;
    this.sharing = sharing;
  }

  async open(): Promise<void> {
    const tab = await this.context.newPage();
    await this.load(tab);
    this.tabs.push(tab);
  }

  /** Loads the page, or loads it again. */
  async load(tab: Page): Promise<void> {
    const { site, bridge } = used.stack.info;
    await tab.goto(site.url);
    await tab.evaluate(
      async ([url, user, token, sharing]) => {
        const { createClient } = (await import(`${url}/client.js`)) as {
          createClient: (options: object) => Client;
        };
        const chat = createClient({ url, token: { user, token }, storage: sessionStorage, sharing });
        (globalThis as unknown as { page: typeof page }).page = { chat };
        chat.start();
      },
      [bridge.url, this.person.id, await this.person.token(), this.sharing] as const,
    );
  }
}

type Deed = (tab: Page, browsing: Browsing, peer: string, random: Random) => Promise<unknown>;

const DEEDS: readonly (readonly [weight: number, name: string, deed: Deed])[] = [
  [
    8,
    'send',
    (tab, _, peer, random) =>
      tab.evaluate(([to, body]) => page.chat.send(to, body), [peer, `text ${random()}`] as const),
  ],
  [3, 'typing', (tab, _, peer) => tab.evaluate((to) => page.chat.deeds.typing(to, 'composing'), peer)],
  [
    5,
    'read',
    (tab, _, peer) =>
      tab.evaluate((to) => {
        const { snapshot } = page.chat.state;
        const last = snapshot?.conversations.find((one) => one.with === to)?.messages.at(-1);
        if (last !== undefined) void page.chat.deeds.read(to, last.id).catch(() => undefined);
      }, peer),
  ],
  [
    4,
    'ui',
    (tab, _, __, random) =>
      tab.evaluate(([key, value]) => void page.chat.deeds.setUi({ [key]: value }).catch(() => undefined), [
        `key ${Math.floor(random() * 5)}`,
        random() < 0.2 ? null : random(),
      ] as const),
  ],
  [
    2,
    'presence',
    (tab, _, __, random) =>
      tab.evaluate(
        (show) => void page.chat.deeds.setPresence(show, 'so').catch(() => undefined),
        (['online', 'away', 'dnd', 'invisible'] as const)[Math.floor(random() * 4)] ?? 'online',
      ),
  ],
  [
    2,
    'active',
    (tab, _, __, random) =>
      tab.evaluate((is) => void page.chat.deeds.setActive(is).catch(() => undefined), random() < 0.5),
  ],
  [2, 'reload', (tab, browsing) => browsing.load(tab)],
  [
    1,
    'close and open',
    async (tab, browsing) => {
      browsing.tabs.splice(browsing.tabs.indexOf(tab), 1);
      await tab.close({ runBeforeUnload: false });
      await browsing.open();
    },
  ],
  [
    1,
    'lose the network for a moment',
    async (_, { context }, __, random) => {
      await context.setOffline(true);
      await new Promise((resolve) => setTimeout(resolve, random() * 500));
      await context.setOffline(false);
    },
  ],
];

const stateOf = (tab: Page): Promise<ClientState> => tab.evaluate(() => page.chat.state);

/** As a fresh snapshot is cut. */
function comparable(snapshot: Snapshot | undefined): unknown {
  const conversations = snapshot?.conversations.map(({ complete: _, messages, ...rest }) => ({
    ...rest,
    messages: messages.slice(-20),
  }));
  return { ...snapshot, conversations };
}

for (const sharing of [false, true])
  story(
    `twelve tabs in three browsers, ${sharing ? 'those of one sharing' : 'each with'} a connection, show the same after ${operations} random operations (IM_SEED=${seed})`,
    used,
    { alice: 0, bob: 0 },
    async ({ alice, bob }, stack) => {
      const random = randomFrom(seed);
      const browsings = await Promise.all(
        [alice, alice, bob].map(
          async (person) => new Browsing(person, await browser.newContext({ bypassCSP: true }), sharing),
        ),
      );
      for (const browsing of browsings) for (let i = 0; i < 4; i += 1) await browsing.open();
      const bag = DEEDS.flatMap(([weight, , deed]) => Array.from({ length: weight }, () => deed));
      for (let i = 0; i < operations; i += 1) {
        const browsing = pick(browsings, random);
        const peer = browsing.person === alice ? bob.id : alice.id;
        await pick(bag, random)(pick(browsing.tabs, random), browsing, peer, random);
      }
      for (const person of [alice, bob]) {
        const tabs = browsings.filter((one) => one.person === person).flatMap((one) => one.tabs);
        await waitUntil(`${person.id}'s tabs to have sent all`, async () => {
          const states = await Promise.all(tabs.map(stateOf));
          return states.every(({ status, outgoing }) => status === 'online' && outgoing.length === 0);
        });
        await waitUntil(`all of ${person.id}'s tabs to show the same as a fresh one`, async () => {
          const fresh = await person.openTab();
          const expected = comparable(fresh.snapshot);
          await fresh.leave();
          const shown = (await Promise.all(tabs.map(stateOf))).map(({ snapshot }) => comparable(snapshot));
          for (const one of shown) expect(one).toEqual(expected);
          return true;
        });
        const { stdout } = await stack.ejabberd.ctl('connected_users');
        const mine = stdout.split('\n').filter((line) => line.startsWith(`${person.id}@`));
        expect(mine).toHaveLength(1);
      }
      expect(browsings.flatMap(({ tabs }) => tabs)).toHaveLength(12);
    },
  );

function pick<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
