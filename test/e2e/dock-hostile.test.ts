/** Whatever people send, call themselves or say of themselves: it is shown as text, runs nothing and moves nothing. */
import { expect } from '@jest/globals';
import { cleanText } from '../../bridge/clean-text.ts';
import { addFriends } from '../support/dock/crowd.ts';
import type { DockPage } from '../support/dock/dock-page.ts';
import { watch, type Watched } from '../support/dock/harmless.ts';
import { DAMAGED, HOSTILE, SHORT } from '../support/dock/hostile.ts';
import { boxOf, scrollsSideways, sidewaysOf, sticksOut } from '../support/dock/layout.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { story, type Person } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const dock = useDock({
  change: { limits: { sendRate: 1000, sendBurst: 1000, message: 250_000, body: 1_600_000 } },
});
/** As strict as a page that allows its own styles can be: what runs in spite of it is reported. */
const CSP =
  "default-src 'none'; script-src BRIDGE; connect-src BRIDGE 'self'; style-src 'unsafe-inline'; img-src data:";

async function openStrict(alice: Person): Promise<{ screen: DockPage; watched: Watched }> {
  dock.site.page('/strict', { title: 'Strict', csp: CSP, body: '' });
  const screen = await dock.open(alice, { path: '/strict' });
  return { screen, watched: watch(screen.page, [dock.site.origin, dock.site.bridgeUrl]) };
}

/** The last message of an open window, when it is this one. */
async function lastIs(screen: DockPage, friend: string, text: string): Promise<boolean> {
  const last = screen.messages(friend).last();
  return (await last.evaluate((element) => element.textContent)) === text;
}

/** Box of the window, and whether anything sticks out of it or scrolls sideways. */
async function layoutOf(screen: DockPage, friend: string): Promise<string> {
  const window = screen.window(friend);
  const [box, sideways] = [await boxOf(window), await sidewaysOf(screen.page)];
  return JSON.stringify({
    box,
    sideways,
    out: await sticksOut(window),
    scrolls: await scrollsSideways(window),
  });
}

inBrowsers(['chromium', 'firefox'], dock, () => {
  story(
    'messages are shown as they were sent, and the window keeps its place',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const { screen, watched } = await openStrict(alice);
      await screen.open(bob.id);
      await bob.tab.send(alice.id, 'a peaceful word');
      await screen.shows(bob.id, ['a peaceful word']);
      const before = await layoutOf(screen, bob.id);
      expect(JSON.parse(before)).toMatchObject({ sideways: 0, out: [], scrolls: [] });
      const findings: unknown[] = [];
      for (const { what, text } of [...HOSTILE, ...DAMAGED]) {
        await bob.tab.send(alice.id, text);
        const shown = cleanText(text).replaceAll('\r\n', '\n').trim();
        await waitUntil(`${what} to be shown`, async () => {
          const last = await screen
            .messages(bob.id)
            .last()
            .evaluate((element) => element.textContent);
          return last.replaceAll('\r\n', '\n').trim() === shown;
        });
        const after = await layoutOf(screen, bob.id);
        if (after !== before) findings.push({ what, after });
      }
      expect(findings).toEqual([]);
      expect(await watched.mischief()).toEqual([]);
    },
  );

  story(
    'what the person writes in the window is shown the same way',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const { screen, watched } = await openStrict(alice);
      await screen.open(bob.id);
      const before = await layoutOf(screen, bob.id);
      const findings: unknown[] = [];
      for (const { what, text } of SHORT) {
        await screen.say(bob.id, text);
        await waitUntil(`${what} to be shown`, () => lastIs(screen, bob.id, text));
        await bob.tab.sees(what, (tab) => tab.bodies(alice.id).includes(text));
        const after = await layoutOf(screen, bob.id);
        if (after !== before) findings.push({ what, after });
      }
      expect(findings).toEqual([]);
      expect(await watched.mischief()).toEqual([]);
    },
  );

  story(
    'a message of 100,000 characters, and one of as many emoji as ejabberd takes',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const { screen, watched } = await openStrict(alice);
      await screen.open(bob.id);
      const before = await layoutOf(screen, bob.id);
      for (const text of ['ä b'.repeat(33_334), '😀'.repeat(60_000)]) {
        await bob.tab.send(alice.id, text);
        await waitUntil('all of it to be shown', () => lastIs(screen, bob.id, text));
        expect(await layoutOf(screen, bob.id)).toEqual(before);
      }
      expect(await watched.mischief()).toEqual([]);
    },
  );

  story(
    'names are text in the list, in the title and in the window',
    dock,
    { alice: 0 },
    async ({ alice }, stack) => {
      const friends = await addFriends(
        stack,
        alice,
        SHORT.map(({ text }) => text.slice(0, 60)),
      );
      const { screen, watched } = await openStrict(alice);
      const list = await boxOf(screen.part('im-list'));
      for (const { id, name } of friends) {
        const row = screen.buddy(id);
        expect(await row.evaluate((element) => element.textContent)).toContain(name);
        expect((await boxOf(row)).height).toBeLessThan(80);
      }
      for (const { id, name } of friends.slice(0, 3)) {
        await screen.open(id);
        expect(await screen.window(id).evaluate((element) => element.textContent)).toContain(name);
        expect(await sticksOut(screen.window(id))).toEqual([]);
      }
      expect(await sticksOut(screen.part('im-list'))).toEqual([]);
      expect(await boxOf(screen.part('im-list'))).toEqual(list);
      expect(await sidewaysOf(screen.page)).toBe(0);
      expect(await watched.mischief()).toEqual([]);
    },
  );

  story('status texts are text in the list', dock, { alice: 0, bob: 1 }, async ({ alice, bob }) => {
    const { screen, watched } = await openStrict(alice);
    await screen.seesFriend(bob.id, 'online');
    const list = await boxOf(screen.part('im-list'));
    for (const { what, text } of SHORT) {
      await bob.tab.setPresence('away', text);
      const row = screen.buddy(bob.id);
      await waitUntil(what, async () =>
        (await row.evaluate((element) => element.textContent)).includes(text.trim()),
      );
      expect({ what, height: (await boxOf(row)).height < 80 }).toEqual({ what, height: true });
      expect(await boxOf(screen.part('im-list'))).toEqual(list);
    }
    expect(await sticksOut(screen.part('im-list'))).toEqual([]);
    expect(await watched.mischief()).toEqual([]);
  });
});
