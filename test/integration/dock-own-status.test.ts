/** How a person appears, and what they have switched on: shown as they chose it, and as it is. */
import { expect, test } from '@jest/globals';
import type { DockPage } from '../support/dock/dock-page.ts';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';
import { unansweredNotifications } from '../support/dock/spies.ts';
import { waitUntil } from '../support/wait-until.ts';
import { refusal } from '../support/wire-fake.ts';

const dock = useScriptedDock();

const chosen = (screen: DockPage): Promise<string | null> =>
  screen
    .part('im-show')
    .filter({ has: screen.page.locator(':checked') })
    .getAttribute('data-show');

test('a choice stays while the bridge is away, and what is saved behind it does not undo it', async () => {
  const screen = await dock.open();
  dock.wire.next('presence', refusal('unavailable', 600));
  await screen.chooseShow('invisible');
  await waitUntil('the refusal', () => dock.wire.named('presence').length === 1);
  dock.wire.push({ type: 'presence', id: 'erin', show: 'online' });
  await screen.seesFriend('erin', 'online');
  expect(await chosen(screen)).toBe('invisible');
  await screen.part('im-status-text').fill('Gone fishing');
  await screen.part('im-status-text').press('Enter');
  await screen.part('im-me-menu').waitFor({ state: 'detached' });
  await screen.focusIsAt('im-me');
  await screen.page.locator('[data-testid=im-me][data-show=invisible]').waitFor();
  await screen.part('im-me').click();
  expect(await screen.part('im-status-text').inputValue()).toBe('Gone fishing');
});

test('a choice that is refused is taken back, and one that was made elsewhere is shown', async () => {
  const screen = await dock.open();
  dock.wire.next('presence', refusal('bad-request'));
  await screen.chooseShow('dnd');
  await screen.page.locator('[data-testid=im-me][data-show=online]').waitFor();
  await waitUntil('the choice before', async () => (await chosen(screen)) === 'online');
  dock.wire.push({ type: 'me', show: 'away' });
  await screen.page.locator('[data-testid=im-me][data-show=away]').waitFor();
  expect(await chosen(screen)).toBe('away');
});

test('notifications that the person has not allowed are not shown as switched on', async () => {
  const screen = await dock.open({ init: unansweredNotifications });
  await screen.part('im-me').click();
  await screen.part('im-notify').click();
  const asked = (): Promise<number> =>
    screen.page.evaluate(() => (globalThis as unknown as { asked: number }).asked);
  await waitUntil('the question', async () => (await asked()) === 1);
  expect(await screen.part('im-notify').isChecked()).toBe(false);
});
