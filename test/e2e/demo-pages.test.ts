/** Going about the demo site with the chat open: what stays, and how the pages stand in every setting. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { faintTexts } from '../support/contrast.ts';
import { Member } from '../support/member.ts';
import { useStack } from '../support/story.ts';

const PAGES = ['/', '/people', '/people/bob', '/groups', '/settings', '/people/nobody'];

const used = useStack();
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

const address = (path: string): string => new URL(path, used.stack.info.site.url).href;
const signIn = async (id: string): Promise<Member> => {
  const member = await Member.signIn(browser, used.stack.info.site.url, id, `pw-${id}`);
  await member.page.getByTestId('me').waitFor();
  return member;
};

async function choose({ page }: Member, choices: Readonly<Record<string, string>>): Promise<void> {
  await page.goto(address('/settings'));
  for (const [name, value] of Object.entries(choices))
    await page.locator(`input[name=${name}][value=${value}]`).check();
  await page.getByTestId('save').click();
  await page.getByTestId('saved').waitFor();
}

/** Pixels by which the page is wider than the window: such a page has to be pushed sideways. */
function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test('a chat stays open from page to page, with what was said and what comes meanwhile', async () => {
  const [alice, bob] = [await signIn('alice'), await signIn('bob')];
  await alice.say('bob', 'Are the striped ones ripe?');
  await bob.sees('alice', 'Are the striped ones ripe?');
  for (const place of ['/people', '/groups', '/settings', '/']) {
    await alice.page.locator(`nav.places a[href="${place}"]`).click();
    await alice.page.waitForURL(address(place));
    await alice.window('bob').waitFor();
    await bob.say('alice', `Written while you were at ${place}`);
    await alice
      .messages('bob')
      .filter({ hasText: `Written while you were at ${place}` })
      .first()
      .waitFor();
  }
  await alice.page.locator('.persons a[href="/people/bob"]').click();
  await alice.page.getByTestId('profile').waitFor();
  await alice.messages('bob').filter({ hasText: 'Are the striped ones ripe?' }).first().waitFor();
  expect(browser.faults).toEqual([]);
});

test('language, direction and theme are those that were chosen, and the chat goes on', async () => {
  const alice = await signIn('alice');
  await choose(alice, { lang: 'ar', theme: 'dark' });
  await alice.page.goto(address('/'));
  await alice.buddy('bob').waitFor();
  const look = await alice.page.evaluate(() => {
    const { colorScheme, direction } = getComputedStyle(document.documentElement);
    return { colorScheme, direction, lang: document.documentElement.lang };
  });
  expect(look).toEqual({ colorScheme: 'dark', direction: 'rtl', lang: 'ar' });
  await choose(alice, { lang: 'en', theme: 'auto' });
});

test.each(['light', 'dark'] as const)('no text is too faint in the %s theme', async (theme) => {
  const alice = await signIn('alice');
  await choose(alice, { theme });
  for (const path of PAGES) {
    await alice.page.goto(address(path));
    expect({ path, faint: await faintTexts(alice.page) }).toEqual({ path, faint: [] });
  }
  await choose(alice, { theme: 'auto' });
});

test('no page is wider than a phone, in either direction of writing', async () => {
  const olive = await signIn('olive');
  await olive.page.setViewportSize({ width: 360, height: 740 });
  for (const lang of ['en', 'de', 'ar']) {
    await choose(olive, { lang });
    for (const path of [...PAGES, '/admin']) {
      await olive.page.goto(address(path));
      expect({ path, lang, tooWide: await tooWide(olive.page) }).toEqual({ path, lang, tooWide: 0 });
    }
  }
});

test('the pages keep to their own policy: nothing of theirs is refused', async () => {
  const olive = await signIn('olive');
  const refused: string[] = [];
  olive.page.on('console', (said) => {
    if (said.text().includes('Content Security Policy')) refused.push(said.text());
  });
  for (const path of [...PAGES, '/people/mei', '/admin']) {
    await olive.page.goto(address(path));
    await olive.buddy('mei').waitFor();
  }
  expect(refused).toEqual([]);
});

test('by the keyboard the first stop of a page is the way past the navigation', async () => {
  const alice = await signIn('alice');
  await alice.page.goto(address('/groups'));
  await alice.page.keyboard.press('Tab');
  await alice.page.keyboard.press('Enter');
  expect(await alice.page.evaluate(() => document.activeElement?.id)).toBe('content');
});

test('without scripts a member signs in, adds a friend and chooses a theme', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(used.stack.info.site.url);
  await page.locator('input[name=user]').fill('dave');
  await page.locator('input[name=password]').fill('pw-dave');
  await page.getByTestId('sign-in').click();
  await page.goto(address('/people/tomasz'));
  expect(await page.getByTestId('message').count()).toBe(0);
  await page.getByTestId('add-friend').click();
  await page.getByTestId('remove-friend').waitFor();
  expect(await page.getByTestId('message').isVisible()).toBe(false);
  await page.getByTestId('remove-friend').click();
  await page.getByTestId('add-friend').waitFor();
  await page.goto(address('/settings'));
  await page.locator('input[value=dark]').check();
  await page.getByTestId('save').click();
  await page.getByTestId('saved').waitFor();
  await context.close();
});

test('the operator reads that every part is ready, and copies a command', async () => {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.goto(used.stack.info.site.url);
  await page.locator('input[name=user]').fill('olive');
  await page.locator('input[name=password]').fill('pw-olive');
  await page.getByTestId('sign-in').click();
  await page.getByTestId('me').waitFor();
  await page.goto(address('/admin'));
  const ready = await page
    .getByTestId('part-state')
    .evaluateAll((parts) => parts.map((part) => part.dataset['ready']));
  expect(ready).toEqual(['true', 'true']);
  await page.locator('[data-copy=command-1]').click();
  await page.getByText('Copied', { exact: true }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${used.stack.info.ejabberdctl.join(' ')} connected_users`);
  await context.close();
});
