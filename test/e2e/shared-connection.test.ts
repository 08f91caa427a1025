/** Pages of one browser share one connection, whoever of them comes and goes. */
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { BrowserCalls } from '../support/browser-calls.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { ChatPage, openPages } from '../support/chat-pages.ts';
import { gauge } from '../support/gauge.ts';
import { story, useStack } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({ change: { limits: { hold: 5 } } });
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  // A page that goes elsewhere says so; one of a context that is closed may not, and would be counted below.
  for (const context of contexts.splice(0)) {
    for (const page of context.pages()) await page.goto('about:blank');
    await context.close();
  }
});
afterAll(() => browser.close());

const contexts: BrowserContext[] = [];

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ bypassCSP: true });
  contexts.push(context);
  return context;
}

/** What the bridge holds, when it has come to rest. */
async function holds(polls: number, tabs: number): Promise<void> {
  await waitUntil(`${polls} polls and ${tabs} tabs at the bridge`, async () => {
    const [held, open] = [await gauge(used.stack, 'im_polls_held'), await gauge(used.stack, 'im_tabs')];
    if (held === polls && open === tabs) return true;
    throw new Error(`it holds ${held} polls and ${open} tabs`);
  });
}

/** Who leads is who polls. */
function leaderOf(calls: BrowserCalls, pages: readonly ChatPage[]): ChatPage {
  const leader = pages.find(({ page }) => page === calls.poller);
  if (leader === undefined) throw new Error('the page that polled last is none of these');
  return leader;
}

/** Every event once, in order, and none left out. */
async function heardAll(page: ChatPage): Promise<void> {
  const heard = await page.heard();
  const [first = 0] = heard;
  expect(heard).toEqual(heard.map((_, index) => first + index));
}

const isOf = (one: ChatPage) => (page: ChatPage) => page.page === one.page;
const notOf = (one: ChatPage) => (page: ChatPage) => page.page !== one.page;

/** What the person does last is here. */
const use = (page: Page): Promise<void> => page.mouse.click(5, 5);

describe('many pages', () => {
  story(
    'twenty hold one poll, a page of the site loads meanwhile, and what one sends all show',
    used,
    { alice: 0, bob: 1 },
    async ({ alice, bob }, stack) => {
      const context = await newContext();
      const pages = await openPages(context, 20, stack, alice);
      await holds(2, 2);
      const another = await context.newPage();
      await another.goto(stack.info.site.url);
      await another.close();
      const bodies = ['from the first', 'from the tenth', 'from the last'];
      for (const [index, body] of bodies.entries()) {
        await pages[[0, 9, 19][index] ?? 0]?.send(bob.id, body);
        await bob.tab.sees(body, (tab) => tab.bodies(alice.id).includes(body));
      }
      await bob.tab.send(alice.id, 'from bob');
      for (const page of pages) await page.shows(bob.id, [...bodies, 'from bob']);
      for (const page of pages) expect((await page.state()).outgoing).toEqual([]);
      await holds(2, 2);
    },
  );
});

describe('a leader that goes', () => {
  story(
    'leaves the tab to the next page, and nothing is lost or heard twice',
    used,
    { alice: 0, bob: 1 },
    async ({ alice, bob }, stack) => {
      const context = await newContext();
      const calls = new BrowserCalls(context);
      let pages = await openPages(context, 4, stack, alice);
      const bodies: string[] = [];
      while (pages.length > 1) {
        const leader = leaderOf(calls, pages);
        bodies.push(`to ${pages.length} pages`, `while one closes, of ${pages.length}`);
        await bob.tab.send(alice.id, bodies.at(-2) ?? '');
        const [sent] = [bob.tab.send(alice.id, bodies.at(-1) ?? ''), leader.page.close()];
        await sent;
        pages = pages.filter(notOf(leader));
        for (const page of pages) await page.shows(bob.id, bodies);
      }
      for (const page of pages) await heardAll(page);
      expect(await pages[0]?.statuses()).toEqual(['connecting', 'online']);
      expect(calls.tabs).toHaveLength(1);
      expect(calls.named('connect')).toHaveLength(1);
      await pages[0]?.page.goto('about:blank');
      await holds(1, 1);
    },
  );

  story(
    'is frozen by the browser: another page goes on, and it follows when it is thawed',
    used,
    { alice: 0, bob: 1 },
    async ({ alice, bob }, stack) => {
      const context = await newContext();
      const calls = new BrowserCalls(context);
      const pages = await openPages(context, 3, stack, alice);
      const leader = leaderOf(calls, pages);
      const frozen = await leader.freeze();
      await bob.tab.send(alice.id, 'one is frozen');
      const others = pages.filter(notOf(leader));
      for (const page of others) await page.shows(bob.id, ['one is frozen']);
      await ChatPage.thaw(frozen);
      await leader.shows(bob.id, ['one is frozen']);
      await bob.tab.send(alice.id, 'all are well');
      for (const page of pages) await page.shows(bob.id, ['one is frozen', 'all are well']);
      for (const page of others) await heardAll(page);
      expect(calls.tabs).toHaveLength(1);
      expect(pages.filter(isOf(leaderOf(calls, pages))).length).toBe(1);
      await holds(2, 2);
    },
  );

  story(
    'hangs: a page that is looked at takes over, and it follows when it is back',
    used,
    { alice: 0, bob: 1 },
    async ({ alice, bob }, stack) => {
      const context = await newContext();
      const calls = new BrowserCalls(context);
      const pages = await openPages(context, 3, stack, alice);
      const leader = leaderOf(calls, pages);
      const others = pages.filter(notOf(leader));
      let isBack = false;
      const back = leader.hang(25_000).then(() => (isBack = true));
      await bob.tab.send(alice.id, 'one hangs');
      for (const page of others) await page.shows(bob.id, ['one hangs']);
      expect(isBack).toBe(false);
      await back;
      await leader.shows(bob.id, ['one hangs']);
      await bob.tab.send(alice.id, 'all are well');
      for (const page of pages) await page.shows(bob.id, ['one hangs', 'all are well']);
      expect(others.some(isOf(leaderOf(calls, pages)))).toBe(true);
      expect(calls.tabs).toHaveLength(1);
      for (const page of pages) expect(await page.statuses()).not.toContain('idle');
      const rings = (await Promise.all(pages.map((page) => page.rings()))).flat();
      expect(rings).toHaveLength(2);
      await holds(2, 2);
    },
  );
});

describe('a page that comes and goes', () => {
  story(
    'costs the bridge nothing while another stays; the last one gives the tab back',
    used,
    { alice: 0, bob: 0 },
    async ({ alice }, stack) => {
      const context = await newContext();
      const calls = new BrowserCalls(context);
      const [first, second] = (await openPages(context, 2, stack, alice)) as [ChatPage, ChatPage];
      await second.load(stack, alice);
      await second.isOnline();
      await second.page.goto('about:blank');
      await second.load(stack, alice);
      await second.isOnline();
      expect(calls.named('connect')).toHaveLength(1);
      await first.page.goto('about:blank');
      await waitUntil('the other page to poll', () => calls.poller === second.page);
      await second.page.goto('about:blank');
      await holds(0, 0);
      expect(calls.named('connect')).toHaveLength(1);
      expect(calls.tabs).toHaveLength(1);
    },
  );

  story(
    'a message rings in one page: the one that was used last, else the leader',
    used,
    { alice: 0, bob: 1 },
    async ({ alice, bob }, stack) => {
      const context = await newContext();
      const calls = new BrowserCalls(context);
      const pages = await openPages(context, 4, stack, alice);
      const rung = async (body: string): Promise<number[]> => {
        const before = await Promise.all(pages.map((page) => page.rings()));
        await bob.tab.send(alice.id, body);
        for (const page of pages)
          await waitUntil('the message', async () => (await page.bodies(bob.id)).includes(body));
        const after = await Promise.all(pages.map((page) => page.rings()));
        return after.map((rings, index) => rings.length - (before[index]?.length ?? 0));
      };
      for (const index of [1, 3, 0, 2]) {
        await use((pages[index] as ChatPage).page);
        await waitUntil('that to have gone round', async () => (await rung('?'))[index] === 1);
        expect(await rung(`page ${index} is used`)).toEqual(pages.map((_, i) => (i === index ? 1 : 0)));
      }
      const [used0] = pages.splice(2, 1);
      await used0?.page.close();
      expect((await rung('the one that was used is gone')).reduce((a, b) => a + b)).toBe(1);
      const [led] = pages.splice(pages.findIndex(isOf(leaderOf(calls, pages))), 1);
      await led?.page.close();
      expect((await rung('and the leader')).reduce((a, b) => a + b)).toBe(1);
    },
  );
});

describe('where the browser lacks', () => {
  for (const api of ['locks', 'BroadcastChannel'] as const) {
    story(
      `${api}, each page has a connection of its own`,
      used,
      { alice: 0, bob: 1 },
      async ({ alice, bob }, stack) => {
        const context = await newContext();
        await context.addInitScript((name) => {
          const owner = name === 'locks' ? Navigator.prototype : globalThis;
          Reflect.deleteProperty(owner, name);
        }, api);
        const pages = await openPages(context, 3, stack, alice);
        await holds(4, 4);
        await bob.tab.send(alice.id, 'hello');
        for (const page of pages) await page.shows(bob.id, ['hello']);
      },
    );
  }
});
