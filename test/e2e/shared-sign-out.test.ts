/** Whoever signs out of the site, or in as somebody else, does so for all pages of the browser. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { BrowserCalls } from '../support/browser-calls.ts';
import { ChatPage } from '../support/chat-pages.ts';
import { Member } from '../support/member.ts';
import { story, useStack } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack();
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('signing out in one page of five ends the chat in all', async () => {
  const carol = await Member.signIn(browser, used.stack.info.site.url, 'carol', 'pw-carol');
  const others: Member[] = [];
  for (let i = 0; i < 4; i += 1) others.push(await carol.anotherTab());
  for (const one of others) await one.seesFriend('alice', 'offline');
  await others[1]?.signOut();
  for (const one of [carol, ...others]) await one.page.getByTestId('im-dock').waitFor({ state: 'detached' });
  expect(browser.faults).toEqual([]);
});

story(
  'somebody else signs in, and no word goes to the bridge: pages ask the site, and show what is theirs alone',
  used,
  { alice: 0, bob: 1, carol: 1 },
  async ({ alice, bob, carol }, stack) => {
    const context = await browser.newContext({ bypassCSP: true });
    const calls = new BrowserCalls(context);
    let [who, token] = [alice.id, await alice.token()];
    await context.exposeFunction('whoIsSignedIn', () => ({ user: who, token }));
    const pages: ChatPage[] = [];
    for (let i = 0; i < 3; i += 1) pages.push(await new ChatPage(await context.newPage()).load(stack, alice));
    for (const page of pages) await page.isOnline();
    await bob.tab.send(alice.id, 'for alice');
    for (const page of pages) await page.shows(bob.id, ['for alice']);

    [who, token] = [carol.id, await carol.token()];
    await pages[0]?.load(stack, carol);
    for (const page of pages)
      await waitUntil("carol's chat", async () => {
        const { user, status, snapshot } = await page.state();
        return user === carol.id && status === 'online' && snapshot?.me.id === carol.id;
      });
    for (const page of pages) expect(await page.bodies(bob.id)).toEqual([]);
    await bob.tab.send(alice.id, 'for alice again');
    await bob.tab.sees('its own message', (tab) => tab.bodies(alice.id).length === 2);
    for (const page of pages) expect(await page.bodies(bob.id)).toEqual([]);
    expect(calls.tabs).toHaveLength(2);
    await context.close();
  },
);
