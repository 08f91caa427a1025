/** Where the keyboard is: what a person works with may go away, and they go on next to it, and nowhere else in the page. */
import { describe, expect, test } from '@jest/globals';
import type { DockPage } from '../support/dock/dock-page.ts';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';
import { refusal } from '../support/wire-fake.ts';

const dock = useScriptedDock();

const PHONE = { viewport: { width: 320, height: 560 } };

/** As a keyboard does it. */
async function press(screen: DockPage, part: string, friend?: string): Promise<void> {
  const place = friend === undefined ? screen.part(part) : screen.window(friend).getByTestId(part);
  await place.focus();
  await screen.page.keyboard.press('Enter');
}

describe('what has the focus', () => {
  test('a window that is minimised: its title', async () => {
    const screen = await dock.open();
    await screen.open('bob');
    await press(screen, 'im-minimise', 'bob');
    await screen.focusIsAt('im-title bob');
  });

  test('a failed message that is tried again, or removed: the conversation', async () => {
    const screen = await dock.open();
    dock.wire.next('send', refusal('not-friends'), refusal('not-friends'));
    await screen.say('bob', 'hello');
    await screen.seesState('bob', 'hello', 'failed');
    await press(screen, 'im-retry', 'bob');
    await screen.focusIsAt('log bob');
    await screen.seesState('bob', 'hello', 'failed');
    await press(screen, 'im-dismiss', 'bob');
    await screen.focusIsAt('log bob');
  });

  test('the button that leads to the newest messages, and then goes: the conversation', async () => {
    const screen = await dock.open();
    for (let n = 0; n < 40; n += 1) dock.wire.push(dock.wire.message('bob', 'bob', `m${String(n)}`));
    await screen.open('bob');
    await screen.window('bob').getByRole('log').press('Home');
    await press(screen, 'im-jump', 'bob');
    await screen.part('im-jump').waitFor({ state: 'detached' });
    await screen.focusIsAt('log bob');
  });

  test('a friend in the list who goes offline, and so to another place: that friend', async () => {
    const screen = await dock.open();
    await screen.buddy('carol').focus();
    dock.wire.push({ type: 'presence', id: 'carol', show: 'offline' });
    await screen.seesFriend('carol', 'offline');
    await screen.focusIsAt('im-buddy carol');
    dock.wire.push({ type: 'presence', id: 'bob', show: 'offline' });
    await screen.seesFriend('bob', 'offline');
    await screen.focusIsAt('im-buddy carol');
  });

  test('a window in the menu that is closed there: the next one', async () => {
    const screen = await dock.open({ browser: { viewport: { width: 720, height: 600 } } });
    for (const friend of ['bob', 'carol', 'erin']) await screen.open(friend);
    await screen.part('im-overflow').click();
    const menu = screen.part('im-overflow-menu');
    await menu.locator('li', { hasText: 'Bob' }).getByRole('button').last().press('Enter');
    await screen.focusIsAt('carol');
  });
});

describe('a window that is open again', () => {
  test('since another tab has opened it takes the focus from nobody', async () => {
    const screen = await dock.open();
    await screen.open('bob');
    await screen.close('bob');
    await screen.page.locator('#own').focus();
    dock.wire.push({ type: 'ui', set: { 'w:bob': { at: 1 } }, version: 100 });
    await screen.openWindow('bob').waitFor();
    expect(await screen.page.evaluate(() => document.activeElement?.id)).toBe('own');
  });

  test('in a page that has become narrow covers nothing', async () => {
    const screen = await dock.open();
    await screen.open('bob');
    await screen.page.setViewportSize({ width: 500, height: 700 });
    await screen.part('im-launcher').waitFor();
    expect(await screen.part('im-window').count()).toBe(0);
  });
});

describe('on a phone, or with a page four times as large', () => {
  test('the keyboard goes from the button to the list, to a window, and all the way back', async () => {
    const screen = await dock.open({ browser: PHONE });
    await press(screen, 'im-launcher');
    await screen.buddy('carol').focus();
    await screen.page.keyboard.press('Enter');
    await screen.focusIsAt('im-input carol');
    await screen.page.keyboard.press('Escape');
    await screen.focusIsAt('im-buddy carol');
    await screen.page.keyboard.press('Escape');
    await screen.focusIsAt('im-launcher');
  });

  test('a window that the page asks for has it at once', async () => {
    const screen = await dock.open({ browser: PHONE });
    await screen.page.evaluate(() =>
      document.querySelector<Element & { open(user: string): void }>('im-dock')?.open('bob'),
    );
    await screen.focusIsAt('im-input bob');
  });

  test('what fills the screen has the focus to itself: the page behind it is not reached', async () => {
    const screen = await dock.open({ browser: PHONE });
    await press(screen, 'im-launcher');
    await screen.part('im-search').waitFor();
    for (let n = 0; n < 12; n += 1) {
      await screen.page.keyboard.press('Tab');
      expect(await screen.page.evaluate(() => document.activeElement?.id)).not.toBe('own');
    }
    await screen.page.locator('#own').focus();
    expect(await screen.page.evaluate(() => document.activeElement?.id)).not.toBe('own');
  });
});
