/**
 * The whole way, as people go it: sign in at the demo site, see a friend, chat. Keeps pictures of it where
 * SCREENSHOTS names a folder: SCREENSHOTS=docs/screenshots npm run jest -- test/e2e/demo-in-browser
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { Member } from '../support/member.ts';
import { useStack } from '../support/story.ts';
import { call } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack();
const pictures = process.env['SCREENSHOTS'];
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

const signIn = (id: string): Promise<Member> =>
  Member.signIn(browser, used.stack.info.site.url, id, `pw-${id}`);

/** What this tab of the browser keeps of what was typed and not sent. */
const drafts = ({ page }: Member): Promise<string | null> =>
  page.evaluate(() => sessionStorage.getItem('im:drafts'));

async function picture(name: string, { page }: Member): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

test('alice and bob sign in at the site and chat; with four tabs alice is one session; dave can’t write to her', async () => {
  const [alice, bob] = [await signIn('alice'), await signIn('bob')];
  await alice.seesFriend('bob', 'online');
  await bob.seesFriend('alice', 'online');
  await alice.say('bob', 'Hi Bob! Lunch at noon?');
  await bob.sees('alice', 'Hi Bob! Lunch at noon?');
  await bob.say('alice', 'Yes, at the usual place.');
  await alice.sees('bob', 'Yes, at the usual place.');
  await alice.say('bob', 'See you there.');
  await bob.sees('alice', 'See you there.');
  await picture('alice', alice);
  await picture('bob', bob);

  const tabs = [alice, await alice.anotherTab(), await alice.anotherTab(), await alice.anotherTab()];
  await tabs[2]?.say('bob', 'Said in one tab, seen in all.');
  for (const tab of tabs) await tab.sees('bob', 'Said in one tab, seen in all.');
  const { stdout } = await used.stack.ejabberd.ctl('connected_users');
  expect(stdout.split('\n').filter((line) => line.startsWith('alice@'))).toHaveLength(1);

  const dave = await signIn('dave');
  await dave.page.getByTestId('im-dock').waitFor({ state: 'attached' });
  expect(await dave.page.getByTestId('im-buddy').count()).toBe(0);
  const { user, token } = (await dave.page.evaluate(
    async () => (await (await fetch('/chat/token')).json()) as unknown,
  )) as {
    user: string;
    token: string;
  };
  const { bridge } = used.stack.info;
  const { tab } = await call(bridge.url, 'connect', { u: user, token });
  const refused = await call(bridge.url, 'send', { u: user, tab, to: 'alice', body: 'hello', cid: 'c1' });
  expect(refused.error?.code).toBe('not-friends');
  expect(browser.faults).toEqual([]);
});

test('a reload keeps what was said, and signing out ends the chat in the page', async () => {
  const bob = await signIn('bob');
  await bob.say('alice', 'Still there?');
  await bob.seesState('alice', 'Still there?', 'sent', 'delivered', 'read');
  await bob.page.reload();
  await bob.sees('alice', 'Still there?');
  await bob.input('alice').fill('Not for whoever comes next');
  await waitUntil('a draft to be kept', async () => (await drafts(bob)) !== null);
  await bob.signOut();
  await bob.page.locator('input[name=password]').waitFor();
  expect(await bob.page.getByTestId('im-dock').count()).toBe(0);
  await waitUntil('the draft to be forgotten', async () => (await drafts(bob)) === null);
});

test('a friendship that ends on the site ends in the open window: it says so, keeps what was typed, and comes back', async () => {
  const [alice, carol] = [await signIn('alice'), await signIn('carol')];
  await alice.say('carol', 'Hello Carol');
  await carol.sees('alice', 'Hello Carol');
  await alice.window('carol').getByTestId('im-input').fill('Not sent yet');
  await carol.page.goto(`${used.stack.info.site.url}/people?q=alice`);
  await carol.page.locator('[data-user=alice]').getByTestId('remove-friend').click();
  const notice = alice.window('carol').getByTestId('im-not-friends');
  await notice.waitFor();
  expect(await notice.textContent()).toMatch(/^You and Carol are no longer friends/);
  expect(await alice.buddy('carol').count()).toBe(0);
  expect(await alice.window('carol').getByTestId('im-input').isDisabled()).toBe(true);
  await picture('no-longer-friends', alice);
  await carol.page.locator('[data-user=alice]').getByTestId('add-friend').click();
  await notice.waitFor({ state: 'detached' });
  expect(await alice.window('carol').getByTestId('im-input').inputValue()).toBe('Not sent yet');
  await alice.window('carol').getByTestId('im-input').press('Enter');
  await carol.sees('alice', 'Not sent yet');
  await carol.signOut();
});

test('signing out in one window of the browser ends the chat in the others', async () => {
  const carol = await signIn('carol');
  await carol.seesFriend('alice', 'online');
  const other = await carol.anotherTab();
  await other.seesFriend('alice', 'online');
  await carol.signOut();
  await other.page.getByTestId('im-dock').waitFor({ state: 'detached' });
});

test('a wrong password is told in a sentence', async () => {
  const nobody = await Member.signIn(browser, used.stack.info.site.url, 'alice', 'wrong');
  const problem = await nobody.page.getByTestId('problem').textContent();
  expect(problem).toMatch(/password/i);
});

test('the front page carries the dock’s one script also signed out, at either loopback name', async () => {
  for (const host of ['localhost', '127.0.0.1']) {
    const page = await browser.newPage(used.stack.info.site.url.replace('localhost', host));
    const scripts = await page
      .locator('script[src]')
      .evaluateAll((elements) => elements.map((element) => element.getAttribute('src')));
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toContain(`http://${host}:`);
  }
});
