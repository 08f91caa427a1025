/** Windows follow the person over pages, tabs and devices; focus and drafts stay the tab's own. */
import { expect } from '@jest/globals';
import { addFriends } from '../support/dock/crowd.ts';
import { boxOf } from '../support/dock/layout.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { story } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const dock = useDock();

inBrowsers(['chromium', 'firefox'], dock, () => {
  story(
    'messages go both ways, and an open window is open on the next page',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await screen.say(bob.id, 'hello');
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('hello'));
      await bob.tab.send(alice.id, 'hi there');
      await screen.shows(bob.id, ['hello', 'hi there']);
      await screen.page.locator('#next').click();
      await screen.shows(bob.id, ['hello', 'hi there']);
      expect(await screen.page.title()).toBe('Second');
    },
  );

  story(
    'a window that one tab opens, minimises or closes does so in the others, and on another device',
    dock,
    { alice: 0, bob: 0 },
    async ({ alice, bob }) => {
      const desk = await dock.open(alice);
      const beside = await dock.anotherTab(desk, '/second');
      const elsewhere = await dock.open(alice);
      await desk.open(bob.id);
      for (const screen of [beside, elsewhere]) await screen.openWindow(bob.id).waitFor();
      await beside.minimise(bob.id);
      for (const screen of [desk, elsewhere]) await screen.minimisedWindow(bob.id).waitFor();
      await elsewhere.open(bob.id);
      await desk.openWindow(bob.id).waitFor();
      await elsewhere.close(bob.id);
      for (const screen of [desk, beside]) await screen.window(bob.id).waitFor({ state: 'detached' });
    },
  );

  story(
    'a message brings a minimised window with a badge and a number in the title; read in one tab, they go in all',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const one = await dock.open(alice);
      const two = await dock.anotherTab(one, '/second');
      for (const body of ['are you there?', 'hello?']) await bob.tab.send(alice.id, body);
      for (const screen of [one, two]) {
        await screen.minimisedWindow(bob.id).waitFor();
        await screen.seesUnread(bob.id, 2);
      }
      await one.seesTitle('(2) Home');
      await two.seesTitle('(2) Second');
      await one.page.bringToFront();
      await one.open(bob.id);
      await one.shows(bob.id, ['are you there?', 'hello?']);
      for (const screen of [one, two]) await screen.seesUnread(bob.id, 0);
      await one.seesTitle('Home');
      await two.seesTitle('Second');
    },
  );

  story(
    'a window opened in one tab takes the focus in that tab alone',
    dock,
    { alice: 0, bob: 0 },
    async ({ alice, bob }) => {
      const one = await dock.open(alice);
      const two = await dock.anotherTab(one);
      await two.page.locator('#own').focus();
      await one.page.bringToFront();
      await one.open(bob.id);
      await two.openWindow(bob.id).waitFor();
      expect(await two.page.evaluate(() => document.activeElement?.id)).toBe('own');
      await one.page.keyboard.type('typed at once');
      expect(await one.input(bob.id).inputValue()).toBe('typed at once');
      await one.page.keyboard.press('Escape');
      await two.window(bob.id).waitFor({ state: 'detached' });
    },
  );

  story(
    'the first window stands next to the list, and the order is the same after a page load',
    dock,
    { alice: 0, bob: 0, carol: 0 },
    async ({ alice, bob, carol }) => {
      const screen = await dock.open(alice);
      const placed = async (): Promise<number[]> =>
        Promise.all(
          [screen.window(carol.id), screen.window(bob.id), screen.part('im-list')].map(
            async (place) => (await boxOf(place)).x,
          ),
        );
      await screen.open(bob.id);
      await screen.open(carol.id);
      const before = await placed();
      expect(before).toEqual([...before].sort((a, b) => a - b));
      await screen.page.reload();
      await screen.openWindow(carol.id).waitFor();
      expect(await placed()).toEqual(before);
    },
  );

  story(
    'windows without room are in a menu, with what is unread in them, and come out of it',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }, stack) => {
      const others = await addFriends(stack, alice, ['Erin', 'Frank', 'Grace', 'Heidi', 'Ivan']);
      const screen = await dock.open(alice, { browser: { viewport: { width: 1000, height: 700 } } });
      await screen.open(bob.id);
      for (const { id } of others) await screen.open(id);
      await screen.part('im-overflow').waitFor();
      await screen.window(bob.id).waitFor({ state: 'detached' });
      for (const window of await screen.part('im-window').all()) {
        const { x, width } = await boxOf(window);
        expect([x >= 0, x + width <= 1000]).toEqual([true, true]);
      }
      await bob.tab.send(alice.id, 'psst');
      await screen.part('im-overflow').getByTestId('im-badge').waitFor();
      await screen.part('im-overflow').click();
      await screen.part('im-overflow-menu').locator(`[data-user="${bob.id}"]`).click();
      await screen.shows(bob.id, ['psst']);
      await waitUntil('it to be read', async () => (await screen.part('im-badge').count()) === 0);
      expect(await screen.part('im-overflow-menu').count()).toBe(0);
    },
  );

  story(
    'what was typed and not sent is there after a page load, in this tab alone',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await screen.open(bob.id);
      await screen.input(bob.id).fill('Not yet sent\nsecond line');
      await screen.page.locator('#next').click();
      await screen.openWindow(bob.id).waitFor();
      expect(await screen.input(bob.id).inputValue()).toBe('Not yet sent\nsecond line');
      const beside = await dock.anotherTab(screen);
      await beside.openWindow(bob.id).waitFor();
      expect(await beside.input(bob.id).inputValue()).toBe('');
      await screen.input(bob.id).press('Enter');
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('Not yet sent\nsecond line'));
      await screen.page.reload();
      await screen.openWindow(bob.id).waitFor();
      expect(await screen.input(bob.id).inputValue()).toBe('');
    },
  );
});
