/** The dock as a guest of pages, browsers and people of all kinds. */
import { describe, expect, test } from '@jest/globals';
import type { DockPage } from '../support/dock/dock-page.ts';
import { boxOf } from '../support/dock/layout.ts';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';
import { noStorage, olderBrowser, spyDrawing, spySound, spyVisibility } from '../support/dock/spies.ts';
import { waitUntil } from '../support/wait-until.ts';

const dock = useScriptedDock();

/** Waits until the page has taken in all that was pushed. */
async function isTold(): Promise<void> {
  await waitUntil('the page to wait for more', () => dock.wire.held === 1);
}

const remove = ({ page }: DockPage): Promise<void> =>
  page.evaluate(() => document.querySelector('im-dock')?.remove());

describe('the page', () => {
  test('that has no title of its own has none when there is nothing unread', async () => {
    const screen = await dock.open();
    await screen.page.evaluate(() => (document.title = ''));
    dock.wire.unread('bob', 'psst');
    await screen.seesTitle('(1)');
    dock.wire.unread('bob', 'hello?');
    await screen.seesTitle('(2)');
    await screen.page.evaluate(() => (document.title = '(1) thing'));
    await screen.seesTitle('(2) (1) thing');
    await screen.page.evaluate(() => (document.title = ''));
    await screen.seesTitle('(2)');
    await remove(screen);
    await screen.seesTitle('');
  });

  test('may say where the token is, and in which language, when the element stands in it already', async () => {
    dock.host.attributes = '';
    const { page } = await dock.load();
    await page.waitForFunction(() => customElements.get('im-dock') !== undefined);
    await page.evaluate(() => document.body.append(document.createElement('im-dock')));
    await page.locator('im-dock').evaluate((element) => element.setAttribute('token-url', '/chat/token'));
    await page.getByPlaceholder('Search friends').waitFor();
    await page.locator('im-dock').evaluate((element) => element.setAttribute('lang', 'de'));
    await page.getByPlaceholder('Freunde suchen').waitFor();
    expect(dock.wire.named('connect')).toHaveLength(1);
  });

  test('that is hidden draws only what shows outside of it, and all when it is looked at', async () => {
    const screen = await dock.open({ init: spyVisibility });
    const hide = (hidden: boolean): Promise<void> =>
      screen.page.evaluate(
        (value) => (globalThis as unknown as { hide(hidden: boolean): void }).hide(value),
        hidden,
      );
    await screen.seesFriend('erin', 'offline');
    await hide(true);
    dock.wire.push({ type: 'presence', id: 'erin', show: 'online' });
    await isTold();
    expect(await screen.buddy('erin').getAttribute('data-show')).toBe('offline');
    dock.wire.unread('bob', 'psst');
    await screen.seesTitle('(1) Host');
    dock.wire.push({ type: 'presence', id: 'erin', show: 'dnd' });
    await isTold();
    await hide(false);
    await screen.seesFriend('erin', 'dnd');
  });
});

describe('a browser', () => {
  test('of before 2023 has all of it', async () => {
    const screen = await dock.open({ init: olderBrowser });
    dock.wire.push({ type: 'presence', id: 'erin', show: 'dnd' });
    await screen.seesFriend('erin', 'dnd');
    await screen.say('bob', 'hello');
    dock.wire.push(dock.wire.message('bob', 'bob', 'hi there'));
    await screen.shows('bob', ['hello', 'hi there']);
    dock.wire.unread('carol', 'psst');
    await screen.seesUnread('carol', 1);
    expect((await boxOf(screen.window('bob'))).height).toBeGreaterThan(200);
    expect(dock.wire.named('connect')).toHaveLength(1);
    expect(dock.browser.faults).toEqual([]);
  });

  test('without storage keeps what was typed as long as the page', async () => {
    const screen = await dock.open({ init: noStorage });
    await screen.open('bob');
    await screen.input('bob').fill('not yet sent');
    await screen.minimise('bob');
    await screen.open('bob');
    await waitUntil('the draft', async () => (await screen.input('bob').inputValue()) === 'not yet sent');
    await screen.input('bob').press('Enter');
    await screen.shows('bob', ['not yet sent']);
    expect(dock.browser.faults).toEqual([]);
  });

  test('that was told of a sign-out keeps nothing that was typed', async () => {
    const screen = await dock.open();
    await screen.open('bob');
    await screen.input('bob').fill('a secret');
    await screen.page.evaluate(() => dispatchEvent(new Event('im:signed-out')));
    await screen.part('im-dock').waitFor({ state: 'detached' });
    expect(await screen.page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('a secret');
  });

  test('makes no sound in a page that nobody has touched, also not later', async () => {
    const ring = (n: number): void => {
      const message = { ...dock.wire.message('bob', 'bob', `m${String(n)}`), n };
      dock.wire.next('poll', { ok: true, cursor: `e1:${String(n)}`, events: [message], ring: [n] });
    };
    for (const n of [1, 2, 3]) ring(n);
    const screen = await dock.load({ init: spySound }); // whatever else the driver does counts as a touch
    await waitUntil('all to be heard of', () => dock.wire.named('poll').length === 4);
    const sounds = (): Promise<number> =>
      screen.page.evaluate(() => (globalThis as unknown as { sounds: number }).sounds);
    expect(await sounds()).toBe(0);
    await screen.page.mouse.click(5, 5);
    ring(4);
    dock.wire.push({ type: 'link', connected: true });
    await waitUntil('a sound', async () => (await sounds()) === 1);
  });
});

test('a friend’s coming and going draws no message anew', async () => {
  const screen = await dock.open({ init: spyDrawing });
  for (let n = 0; n < 50; n += 1)
    dock.wire.push(dock.wire.message('bob', n % 2 === 0 ? 'bob' : 'alice', `m${String(n)}`));
  await screen.sees('bob', 'm49');
  const drawn = (): Promise<number> =>
    screen.page.evaluate(() => (globalThis as unknown as { drawn: number }).drawn);
  const before = await drawn();
  expect(before).toBeGreaterThanOrEqual(50);
  dock.wire.push({ type: 'presence', id: 'erin', show: 'online' });
  dock.wire.push(dock.wire.message('carol', 'carol', 'to another window'));
  await screen.seesFriend('erin', 'online');
  expect(await drawn()).toBe(before);
});
