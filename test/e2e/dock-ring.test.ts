/** A message rings in one tab of all that a person has open. */
import { expect } from '@jest/globals';
import type { DockPage } from '../support/dock/dock-page.ts';
import { spyNotifications, spyVisibility } from '../support/dock/spies.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { story } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const dock = useDock();

const rung = (screen: DockPage): Promise<string[]> =>
  screen.page.evaluate(() => (globalThis as unknown as { rung: string[] }).rung);

async function hideAll(screens: readonly DockPage[]): Promise<void> {
  for (const { page } of screens)
    await page.evaluate(() => (globalThis as unknown as { hide: (hidden: boolean) => void }).hide(true));
}

// Firefox keeps `Notification.permission` at `denied` under its driver.
inBrowsers(['chromium'], dock, () => {
  story(
    'of three tabs and another device exactly one notifies, once for each message, and none when one does not disturb',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const one = await dock.open(alice, {
        init: spyNotifications,
        browser: { permissions: ['notifications'] },
      });
      await one.page.context().addInitScript(spyVisibility);
      await one.page.reload();
      const others = [await dock.anotherTab(one), await dock.anotherTab(one, '/second')];
      const screens = [one, ...others];
      await hideAll(screens);
      const all = async (): Promise<string[]> => (await Promise.all(screens.map(rung))).flat();
      await bob.tab.send(alice.id, 'ring');
      await waitUntil('a notification', async () => (await all()).length > 0);
      await bob.tab.send(alice.id, 'ring again');
      await waitUntil('another', async () => (await all()).length > 1);
      for (const screen of screens) await screen.seesUnread(bob.id, 2);
      expect(await all()).toHaveLength(2);
      await one.chooseShow('dnd');
      await bob.tab.sees('that', (tab) => tab.show(alice.id) === 'dnd');
      await bob.tab.send(alice.id, 'hush');
      for (const screen of screens) await screen.seesUnread(bob.id, 3);
      expect(await all()).toHaveLength(2);
    },
  );
});
