/** A conversation in a window: what one sees of the other, and what becomes of one's words. */
import { expect } from '@jest/globals';
import { belowOf, moreThan, placeOf, scrollTo } from '../support/dock/scroll.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { befriend, siteDatabase, story, unfriend, type Person } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { Stack } from '../support/stack.ts';

const dock = useDock({ change: { limits: { sendRate: 1000, sendBurst: 1000, hold: 3 } } });

async function onSite(stack: Stack, change: typeof befriend, a: Person, b: Person): Promise<void> {
  const site = await siteDatabase(stack);
  await change(site, a.id, b.id);
  await site.end();
}

inBrowsers(['chromium', 'firefox'], dock, () => {
  story('an own message is sent, delivered, and read', dock, { alice: 0, bob: 0 }, async ({ alice, bob }) => {
    const screen = await dock.open(alice);
    await screen.say(bob.id, 'hello');
    await screen.seesState(bob.id, 'hello', 'sent');
    const tab = await bob.openTab();
    await screen.say(bob.id, 'are you there?');
    await screen.seesState(bob.id, 'are you there?', 'delivered');
    const last = tab.snapshot.conversations[0]?.messages.at(-1)?.id ?? '';
    await tab.read(alice.id, last);
    await screen.seesState(bob.id, 'hello', 'read');
    await screen.seesState(bob.id, 'are you there?', 'read');
  });

  story('each sees when the other is typing', dock, { alice: 0, bob: 1 }, async ({ alice, bob }) => {
    const screen = await dock.open(alice);
    await screen.open(bob.id);
    const typing = screen.window(bob.id).getByTestId('im-typing');
    await bob.tab.typing(alice.id, 'composing');
    await typing.filter({ hasText: 'Bob' }).waitFor();
    await bob.tab.typing(alice.id, 'active');
    await typing.filter({ hasNotText: 'Bob' }).waitFor({ state: 'attached' });
    const heard = (): string[] =>
      bob.tab.events.flatMap((event) => (event.type === 'typing' ? [event.state] : []));
    await screen.page.keyboard.type('Hel');
    await bob.tab.sees('it', () => heard().at(-1) === 'composing');
    await screen.input(bob.id).fill('');
    await bob.tab.sees('the end of it', () => heard().at(-1) === 'active');
  });

  story(
    'days and times are in the language and the time zone of the reader',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const { at } = await bob.tab.send(alice.id, 'hello');
      const [locale, timeZone] = ['de-DE', 'Asia/Tokyo'];
      dock.site.page('/anywhere', { html: '' }); // in no language: the reader's is taken
      const screen = await dock.open(alice, { path: '/anywhere', browser: { locale, timezoneId: timeZone } });
      await screen.open(bob.id);
      const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(new Date(at));
      await screen.window(bob.id).locator('time', { hasText: time }).waitFor();
      await screen.part('im-day').filter({ hasText: 'Heute' }).waitFor();
      await screen.page.clock.setSystemTime(new Date(Date.now() + 3 * 24 * 3600_000));
      await screen.page.reload();
      const day = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone }).format(new Date(at));
      await screen.part('im-day').filter({ hasText: day }).waitFor();
    },
  );

  story(
    'the line above what is new stands where reading ended, and goes when one answers',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await bob.tab.send(alice.id, 'read');
      await screen.sees(bob.id, 'read');
      await screen.seesUnread(bob.id, 0);
      await screen.minimise(bob.id);
      for (const body of ['new', 'newer']) await bob.tab.send(alice.id, body);
      await screen.seesUnread(bob.id, 2);
      await screen.open(bob.id);
      await screen.part('im-new').waitFor();
      const order = await screen
        .window(bob.id)
        .locator('[data-testid=im-message], [data-testid=im-new]')
        .evaluateAll((all) =>
          all.map((one) => (one.matches('[data-testid=im-new]') ? '-' : one.textContent)),
        );
      expect(order).toEqual(['read', '-', 'new', 'newer']);
      await screen.say(bob.id, 'answer');
      await screen.part('im-new').waitFor({ state: 'detached' });
    },
  );

  story(
    'what one has scrolled back to stays where it is when that line goes, as one answers',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      for (let n = 0; n < 25; n += 1) await bob.tab.send(alice.id, `m${String(n)}`);
      await screen.seesUnread(bob.id, 25);
      await screen.open(bob.id);
      await screen.part('im-new').waitFor({ state: 'attached' });
      const { id, place } = await scrollTo(screen, bob.id, 200);
      await screen.part('im-jump').waitFor();
      await screen.say(bob.id, 'answer');
      await screen.part('im-new').waitFor({ state: 'detached' });
      expect(Math.abs((await placeOf(screen, bob.id, id)) - place)).toBeLessThan(3);
    },
  );

  story(
    'scrolling back brings older messages, and what one reads stays where it is, also when others come',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const all = Array.from({ length: 75 }, (_, n) => `m${String(n)}${n % 7 === 0 ? '\nof two lines' : ''}`);
      for (const body of all) await bob.tab.send(alice.id, body);
      const reader = await alice.openTab();
      await reader.read(bob.id, reader.snapshot.conversations[0]?.messages.at(-1)?.id ?? '');
      const screen = await dock.open(alice);
      await screen.open(bob.id);
      let count = await moreThan(screen, bob.id, 0);
      expect(await belowOf(screen, bob.id)).toBeLessThanOrEqual(1);
      while (count < all.length) {
        const { id, place } = await scrollTo(screen, bob.id, 0);
        count = await moreThan(screen, bob.id, count);
        expect(await screen.bodies(bob.id)).toEqual(all.slice(-count));
        expect(Math.abs((await placeOf(screen, bob.id, id)) - place)).toBeLessThan(3);
      }
      const { id, place } = await scrollTo(screen, bob.id, 300);
      await bob.tab.send(alice.id, 'the newest');
      await waitUntil('it to come', async () => (await screen.messages(bob.id).count()) === all.length + 1);
      expect(await placeOf(screen, bob.id, id)).toBe(place);
      await screen.part('im-jump').click();
      await waitUntil('the end', async () => (await belowOf(screen, bob.id)) <= 1);
      await screen.part('im-jump').waitFor({ state: 'detached' });
    },
  );

  story(
    'a message that is too long is marked as not sent, stays, and can be removed',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await screen.open(bob.id);
      await screen.input(bob.id).fill('x'.repeat(20_001));
      await screen.input(bob.id).press('Enter');
      await screen.seesState(bob.id, 'xxx', 'failed');
      await screen.window(bob.id).getByTestId('im-retry').click();
      await screen.seesState(bob.id, 'xxx', 'failed');
      await screen.window(bob.id).getByTestId('im-dismiss').click();
      await screen.shows(bob.id, []);
      await screen.say(bob.id, 'shorter');
      await bob.tab.sees('that alone', (tab) => tab.bodies(alice.id).join() === 'shorter');
    },
  );

  story(
    'what was written as a friendship ended is not sent; friends again, it is sent by a click, once',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }, stack) => {
      const screen = await dock.open(alice);
      await screen.say(bob.id, 'before');
      await screen.seesState(bob.id, 'before', 'sent', 'delivered');
      await screen.page.context().setOffline(true);
      await screen.say(bob.id, 'meanwhile');
      await screen.seesState(bob.id, 'meanwhile', 'pending');
      await onSite(stack, unfriend, alice, bob);
      await bob.tab.sees('the end', (tab) => tab.friend(alice.id) === undefined);
      await screen.page.context().setOffline(false);
      await screen.seesState(bob.id, 'meanwhile', 'failed');
      await screen.window(bob.id).getByTestId('im-not-friends').waitFor();
      expect(await screen.input(bob.id).isDisabled()).toBe(true);
      await onSite(stack, befriend, alice, bob);
      await screen.window(bob.id).getByTestId('im-not-friends').waitFor({ state: 'detached' });
      await screen.window(bob.id).getByTestId('im-retry').click();
      await screen.seesState(bob.id, 'meanwhile', 'sent', 'delivered');
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).join() === 'before,meanwhile');
    },
  );

  story(
    'friends see the status that one chooses, and nothing of somebody invisible; other tabs show the choice',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      const beside = await dock.anotherTab(screen);
      const shown = { online: 'online', away: 'away', dnd: 'dnd', invisible: 'offline' };
      await bob.tab.sees('alice', (tab) => tab.show(alice.id) === 'online');
      for (const show of ['away', 'dnd', 'invisible', 'online'] as const) {
        await screen.chooseShow(show);
        await bob.tab.sees(show, (tab) => tab.show(alice.id) === shown[show]);
        await beside.page.locator(`[data-testid=im-me][data-show=${show}]`).waitFor();
      }
      await screen.part('im-status-text').fill('Gone fishing 🎣');
      await screen.part('im-status-text').press('Enter');
      await bob.tab.sees('the text', (tab) => tab.friend(alice.id)?.status === 'Gone fishing 🎣');
    },
  );
});
