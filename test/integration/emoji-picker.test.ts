/** The emoji picker in a real browser, in a page that allows scripts of the bridge and nothing else. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { createApp } from '../../bridge/web/app.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { noLog } from '../support/no-log.ts';
import { Process } from '../support/process.ts';
import { ROOT } from '../support/root.ts';
import { waitUntil } from '../support/wait-until.ts';

const dir = mkdtempSync(join(tmpdir(), 'im-picker-'));
const app = createApp(dir, noLog);
let browser: TestBrowser;
let bridge: Server;
let site: Server;
/** Paths that were asked of the bridge. */
let asked: string[];
/** Answers 503 instead of emoji. */
let isDown = false;
/** Script tags of the page. */
let copies = 1;

beforeAll(async () => {
  const args = ['bridge/dock/build.mjs', dir, 'test/support/picker-page.tsx'].map((path) => join(path));
  const logFile = join(dir, 'log');
  const bundler = new Process({ name: 'build', command: process.execPath, args, logFile, cwd: ROOT });
  const { code } = await bundler.exited;
  if (code !== 0) throw new Error(`the picker was not built:\n${bundler.logTail()}`);
  browser = await launchBrowser();
  bridge = await listening((request, response) => {
    asked.push(request.url ?? '');
    if (isDown && request.url?.startsWith('/emoji.') === true) response.writeHead(503).end();
    else app(request, response);
  });
  site = await listening((_request, response) => {
    const policy = `default-src 'none'; script-src ${urlOf(bridge)}`;
    const tags = `<script src="${urlOf(bridge)}/im.js"></script>`.repeat(copies);
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
      .end(
        `<!doctype html><html lang="en"><title>picked:</title><body><input id="own">${tags}</body></html>`,
      );
  });
});

afterAll(async () => {
  await browser.close();
  for (const server of [bridge, site]) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(dir, { recursive: true, force: true });
});

beforeEach(() => {
  [asked, isDown, copies] = [[], false, 1];
  browser.faults.length = 0;
});

afterEach(() => {
  expect(browser.faults).toEqual([]);
});

async function listening(listener: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(listener ?? (() => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Opener = { IMDock: { open: (lang: string) => void; close: () => void } };
const openIn = (page: Page, lang: string): Promise<void> =>
  page.evaluate((tag) => (globalThis as unknown as Opener).IMDock.open(tag), lang);

async function opened(lang = 'en'): Promise<Page> {
  const page = await browser.newPage(urlOf(site));
  await openIn(page, lang);
  return page;
}

/** A picker whose emoji have come. */
async function ready(lang = 'en'): Promise<Page> {
  const page = await opened(lang);
  await page.getByTestId('im-emoji').first().waitFor();
  return page;
}

const search = (page: Page): Locator => page.getByRole('searchbox');
const cells = (page: Page): Promise<(string | null)[]> =>
  page.getByTestId('im-emoji').evaluateAll((all) => all.map((one) => one.getAttribute('data-emoji')));
/** The name of what has the focus inside the picker. */
const focused = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const inner = document.activeElement?.shadowRoot?.activeElement;
    return inner?.getAttribute('aria-label') ?? inner?.id ?? null;
  });

async function press(page: Page, ...keys: string[]): Promise<string | null> {
  for (const key of keys) await page.keyboard.press(key);
  return focused(page);
}

describe('the emoji', () => {
  test('come when they are wanted, once, from where the dock came from', async () => {
    const page = await browser.newPage(urlOf(site));
    expect(asked).toEqual(['/im.js']);
    await openIn(page, 'en');
    await page.getByTestId('im-emoji').first().waitFor();
    await page.evaluate(() => (globalThis as unknown as Opener).IMDock.close());
    await openIn(page, 'en');
    await page.getByTestId('im-emoji').first().waitFor();
    expect(asked).toEqual(['/im.js', '/emoji.en.js']);
    expect(await page.evaluate(() => document.querySelectorAll('script').length)).toBe(1);
  });

  test('come to each of two copies of the dock in one page', async () => {
    copies = 2;
    const page = await browser.newPage(urlOf(site));
    await page.evaluate(() => document.dispatchEvent(new Event('open-all')));
    await waitUntil(
      'both',
      async () => (await page.getByLabel('grinning face', { exact: true }).count()) === 2,
    );
    const callbacks = (): string[] =>
      Object.keys((globalThis as unknown as { IMDock: { cb: object } }).IMDock.cb);
    await waitUntil('nobody to wait for more', async () => (await page.evaluate(callbacks)).length === 0);
  });

  test.each([
    ['en', 'grinning face', 'waving hand'],
    ['de', 'grinsendes Gesicht', 'winkende Hand'],
    ['fr', 'visage rieur', 'signe de la main'],
    ['ar', 'grinning face', 'waving hand'],
  ])('have names in %s', async (lang, first, searched) => {
    const page = await ready(lang);
    expect(await page.getByTestId('im-emoji').first().getAttribute('aria-label')).toBe(first);
    await search(page).fill(searched.toUpperCase());
    await page.locator('[data-emoji="👋"]').waitFor();
  });

  test('are of nine groups, of which one is shown', async () => {
    const page = await ready();
    const seen = new Set<string | null>();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      for (const char of await cells(page)) seen.add(char);
    }
    expect(await page.getByRole('tab').count()).toBe(9);
    expect(seen.size).toBeGreaterThan(1700);
    expect((await cells(page)).length).toBeLessThan(400);
  });

  test('that do not come can be asked for again', async () => {
    isDown = true;
    const page = await opened();
    await page.getByRole('alert').waitFor();
    isDown = false;
    await page.getByText('Try again').click();
    await page.getByTestId('im-emoji').first().waitFor();
    expect(asked.filter((path) => path === '/emoji.en.js')).toHaveLength(2);
  });
});

describe('somebody', () => {
  test('searches, picks, and finds it again among those used lately', async () => {
    const page = await ready();
    await search(page).fill('zzzz');
    await page.getByText('No emoji found.').waitFor();
    await search(page).fill('party pop');
    await page.getByTestId('im-emoji').first().click();
    await search(page).fill('');
    await page.getByRole('tab', { name: 'Flags' }).click();
    await page.getByTestId('im-emoji').first().click();
    expect(await page.title()).toBe('picked:🎉🏁');
    await page.evaluate(() => (globalThis as unknown as Opener).IMDock.close());
    await openIn(page, 'de');
    await page.getByRole('tab', { name: 'Zuletzt verwendet' }).waitFor();
    expect(await cells(page)).toEqual(['🏁', '🎉']);
  });

  test('may keep storage forbidden, or full of something else', async () => {
    const page = await browser.newPage(urlOf(site));
    await page.evaluate(() => localStorage.setItem('im:emoji', '{"not":"a list"}'));
    await openIn(page, 'en');
    await page.getByTestId('im-emoji').first().click();
    await page.evaluate(() =>
      Object.defineProperty(globalThis, 'localStorage', {
        get: () => {
          throw new Error('forbidden');
        },
      }),
    );
    await page.getByTestId('im-emoji').nth(1).click();
    expect(await page.title()).toBe('picked:😀😃');
  });

  test('goes everywhere by keyboard', async () => {
    const page = await ready();
    expect(await focused(page)).toBe('Search emoji');
    expect(await press(page, 'ArrowDown')).toBe('grinning face');
    const names = await page
      .getByTestId('im-emoji')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(await press(page, 'ArrowRight', 'ArrowRight', 'ArrowLeft')).toBe(names[1]);
    expect(await press(page, 'ArrowDown')).toBe(names[9]);
    expect(await press(page, 'End')).toBe(names[15]);
    expect(await press(page, 'Home')).toBe(names[8]);
    expect(await press(page, 'PageDown')).toBe(names[48]);
    expect(await press(page, 'PageUp')).toBe(names[8]);
    expect(await press(page, 'Control+End')).toBe(names.at(-1));
    expect(await press(page, 'Control+Home', 'ArrowUp')).toBe('Search emoji');
    expect(await press(page, 'Tab')).toBe('Smileys and emotion');
    expect(await press(page, 'ArrowRight')).toBe('People and body');
    expect(await press(page, 'Tab')).toBe('waving hand');
    await page.keyboard.press('Enter');
    expect(await page.title()).toBe('picked:👋');
    await page.keyboard.press('Escape');
    await page.getByTestId('im-emoji-picker').waitFor({ state: 'detached' });
  });

  test('goes to the left for the next one where one reads so', async () => {
    const page = await ready('ar');
    await page.keyboard.press('ArrowDown');
    const names = await page
      .getByTestId('im-emoji')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(await press(page, 'ArrowLeft', 'ArrowLeft', 'ArrowRight')).toBe(names[1]);
  });

  test('who has gone on to write keeps the focus when the emoji come', async () => {
    const page = await browser.newPage(urlOf(site));
    await page.evaluate(() => {
      (globalThis as unknown as Opener).IMDock.open('en');
      document.getElementById('own')?.focus();
    });
    await page.getByTestId('im-emoji').first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('own');
  });

  test('closes it by Escape before the emoji have come', async () => {
    isDown = true;
    const page = await opened();
    await page.getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('im-emoji-picker').waitFor({ state: 'detached' });
  });
});

test('the bridge serves the emoji of each language as it serves the dock', async () => {
  const files = readdirSync(dir).filter((name) => /^emoji\..*\.js$/.test(name));
  expect(files.sort()).toEqual(['emoji.de.js', 'emoji.en.js', 'emoji.fr.js']);
  for (const file of files) {
    const { status, headers } = await fetch(`${urlOf(bridge)}/${file}`);
    expect({ status, ...Object.fromEntries(headers) }).toMatchObject({
      status: 200,
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=300',
    });
  }
  await waitUntil('nothing else to be asked', () => asked.length === files.length);
});
