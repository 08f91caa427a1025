/** Pages of one browser share one connection, whoever of them comes and goes. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
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
afterAll(() => browser.close());

const newContext = (): Promise<BrowserContext> => browser.newContext({ bypassCSP: true });

/** What the bridge holds, when it has come to rest. */
async function holds(polls: number, tabs: number): Promise<void> {
  await waitUntil(`${polls} polls and ${tabs} tabs at the bridge`, async () => {
    const [held, open] = [await gauge(used.stack, 'im_polls_held'), await gauge(used.stack, 'im_tabs')];
    if (held === polls && open === tabs) return true;
    throw new Error(`it holds ${held} polls and ${open} tabs`);
  });
}

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
      await context.close();
    },
  );
});
