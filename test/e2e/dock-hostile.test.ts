/** Whatever people send, call themselves or say of themselves: it is shown as text, runs nothing and moves nothing. */
import { expect } from '@jest/globals';
import { cleanText } from '../../bridge/clean-text.ts';
import { addFriends } from '../support/dock/crowd.ts';
import type { DockPage } from '../support/dock/dock-page.ts';
import { watch, type Watched } from '../support/dock/harmless.ts';
import { DAMAGED, HOSTILE, SHORT } from '../support/dock/hostile.ts';
import { boxOf, scrollsSideways, sidewaysOf, sticksOut } from '../support/dock/layout.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { BROWSERS } from '../support/long.ts';
import { story, type Person } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const dock = useDock({
  change: { limits: { sendRate: 1000, sendBurst: 1000, message: 250_000, body: 1_600_000 } },
});
/** As strict as a page that allows its own styles can be: what runs in spite of it is reported. */
const CSP =
  "default-src 'none'; script-src BRIDGE; connect-src BRIDGE 'self'; style-src 'unsafe-inline'; img-src SITE/favicon.ico";

async function openStrict(alice: Person): Promise<{ screen: DockPage; watched: Watched }> {
  dock.site.page('/strict', { title: 'Strict', csp: CSP, body: '' });
  const screen = await dock.open(alice, { path: '/strict' });
  return { screen, watched: watch(screen.page, [dock.site.origin, dock.site.bridgeUrl]) };
}

/** As a browser gives the text of an element back, and the same for what was sent. */
const plain = (text: string): string => cleanText(text).replaceAll('\r\n', '\n').trim();

/** Waits until the window shows these, each as it was sent. */
async function showsAll(screen: DockPage, friend: string, texts: readonly string[]): Promise<void> {
  const wanted = texts.map(plain);
  await waitUntil('all of them', async () => (await screen.messages(friend).count()) === wanted.length);
  expect((await screen.bodies(friend)).map(plain)).toEqual(wanted);
}

/** Box of the window, and whether anything sticks out of it or scrolls sideways. */
async function layoutOf(screen: DockPage, friend: string): Promise<unknown> {
  const window = screen.window(friend);
  return {
    box: await boxOf(window),
    sideways: await sidewaysOf(screen.page),
    out: await sticksOut(window),
    scrolls: await scrollsSideways(window),
  };
}

/** CSS pixels: a name and a status, and not a line more. */
const TALLEST_ROW = 80;

interface Row {
  readonly text: string;
  readonly height: number;
}

/** The friends in the list, by their ids. */
async function rowsOf(screen: DockPage): Promise<Map<string, Row>> {
  const rows = await screen.part('im-buddy').evaluateAll((all) =>
    all.map((one): [string, Row] => {
      const { height } = one.getBoundingClientRect();
      return [one.getAttribute('data-user') ?? '', { text: one.textContent, height }];
    }),
  );
  return new Map(rows);
}

inBrowsers(BROWSERS, dock, () => {
  story(
    'messages are shown as they were sent, and the window keeps its place',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const { screen, watched } = await openStrict(alice);
      await screen.open(bob.id);
      const before = await layoutOf(screen, bob.id);
      expect(before).toMatchObject({ sideways: 0, out: [], scrolls: [] });
      const texts = [...HOSTILE, ...DAMAGED].map(({ text }) => text);
      for (const text of texts) await bob.tab.send(alice.id, text);
      await showsAll(screen, bob.id, texts);
      expect(await layoutOf(screen, bob.id)).toEqual(before);
      expect(await watched.mischief()).toEqual([]);
    },
  );

  story(
    'what the person writes is shown the same way',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const { screen, watched } = await openStrict(alice);
      await screen.open(bob.id);
      const before = await layoutOf(screen, bob.id);
      const text = SHORT.map((one) => one.text).join('\n');
      await screen.say(bob.id, text);
      await showsAll(screen, bob.id, [text]);
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes(text));
      expect(await layoutOf(screen, bob.id)).toEqual(before);
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
      const texts = ['ä b'.repeat(33_334), '😀'.repeat(60_000)];
      for (const text of texts) await bob.tab.send(alice.id, text);
      await showsAll(screen, bob.id, texts);
      expect(await layoutOf(screen, bob.id)).toEqual(before);
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
      const rows = await rowsOf(screen);
      for (const { id, name } of friends) expect(rows.get(id)?.text).toContain(name);
      expect([...rows.values()].filter(({ height }) => height > TALLEST_ROW)).toEqual([]);
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
    for (const { what, text } of SHORT.filter((_, n) => n % 4 === 0)) {
      await bob.tab.setPresence('away', text);
      const row = screen.buddy(bob.id);
      await waitUntil(what, async () =>
        (await row.evaluate((element) => element.textContent)).includes(text.trim()),
      );
      const rows = await rowsOf(screen);
      expect({ what, isTall: (rows.get(bob.id)?.height ?? Infinity) > TALLEST_ROW }).toEqual({
        what,
        isTall: false,
      });
    }
    expect(await boxOf(screen.part('im-list'))).toEqual(list);
    expect(await sticksOut(screen.part('im-list'))).toEqual([]);
    expect(await watched.mischief()).toEqual([]);
  });
});
