/** That what there is can be seen and reached, on screens of all sizes, on paper, and from right to left. */
import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { boxOf } from '../support/dock/layout.ts';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';
import { refusal } from '../support/wire-fake.ts';

const dock = useScriptedDock();

const sized = (
  width: number,
  height: number,
): { browser: { viewport: { width: number; height: number } } } => ({
  browser: { viewport: { width, height } },
});

/** CSS pixels by which a part is beyond an edge of the screen. */
async function beyond(page: Page, place: Locator): Promise<number> {
  const { x, y, width, height } = await boxOf(place);
  const screen = page.viewportSize() ?? { width: 0, height: 0 };
  return Math.max(0, -x, -y, x + width - screen.width, y + height - screen.height);
}

describe('all of it is on the screen', () => {
  test('the own status, at the top of the list and where the list is folded to its title', async () => {
    const screen = await dock.open();
    await screen.part('im-me').click();
    expect(await beyond(screen.page, screen.part('im-me-menu'))).toBe(0);
    await screen.page.keyboard.press('Escape');
    await screen.part('im-list-toggle').click();
    await screen.part('im-me').click();
    expect(await beyond(screen.page, screen.part('im-me-menu'))).toBe(0);
  });

  test.each([
    [640, 400],
    [700, 360],
  ])('the own status and the menu of windows, on %p by %p pixels', async (width, height) => {
    const screen = await dock.open(sized(1280, 800));
    for (const friend of ['bob', 'carol', 'erin']) await screen.open(friend);
    await screen.page.setViewportSize({ width, height });
    const first = screen.part('im-overflow').or(screen.part('im-launcher'));
    expect(await beyond(screen.page, first)).toBe(0);
    if ((await screen.part('im-launcher').count()) > 0) await screen.part('im-launcher').click();
    await screen.part('im-me').click();
    expect(await beyond(screen.page, screen.part('im-me-menu'))).toBe(0);
    await screen.part('im-notify').or(screen.part('im-sound')).last().click();
  });

  test('the emoji, on a screen of 320 by 256 pixels: a page four times as large', async () => {
    const screen = await dock.open(sized(320, 256));
    await screen.part('im-launcher').click();
    await screen.buddy('bob').click();
    await screen.part('im-emoji-button').click();
    await screen.part('im-emoji').first().waitFor();
    expect(await beyond(screen.page, screen.part('im-emoji-picker'))).toBe(0);
    await screen.part('im-emoji').nth(30).click();
    expect(await screen.input('bob').inputValue()).not.toBe('');
  });
});

test('a lost connection is told in the one window that fills a phone', async () => {
  const screen = await dock.open(sized(390, 780));
  await screen.part('im-launcher').click();
  await screen.buddy('bob').click();
  dock.wire.next('poll', 'cut', refusal('unavailable', 600));
  dock.wire.push({ type: 'link', connected: true });
  await screen.window('bob').getByTestId('im-banner').waitFor();
});

test('on paper there is the page, and no chat', async () => {
  const screen = await dock.open();
  await screen.part('im-list').waitFor();
  await screen.page.emulateMedia({ media: 'print' });
  await screen.part('im-list').waitFor({ state: 'hidden' });
});

test('from right to left what asks for a text stands where the text will begin', async () => {
  dock.host.attributes += ' data-lang="ar"';
  const screen = await dock.open();
  await screen.open('bob');
  for (const field of [screen.part('im-search'), screen.input('bob')]) {
    const direction = (): Promise<string> => field.evaluate((element) => getComputedStyle(element).direction);
    expect(await direction()).toBe('rtl');
    await field.fill('Bob');
    expect(await direction()).toBe('ltr');
    await field.fill('بوب');
    expect(await direction()).toBe('rtl');
  }
});
