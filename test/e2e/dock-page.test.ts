/** The dock as a guest: of a page with its own styles, policy, language and faults. */
import { expect } from '@jest/globals';
import { boxOf, sidewaysOf, sticksOut } from '../support/dock/layout.ts';
import { oldLibrary, spyTimers, spyVisibility } from '../support/dock/spies.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { BROWSERS } from '../support/long.ts';
import { story } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const dock = useDock({ change: { limits: { grace: 1 } } });

/** All that a style sheet can say to everything in its page. */
const HOSTILE_CSS = `<style>
  * { all: unset !important; font: 40px/3 serif !important; color: red !important; letter-spacing: 9px !important }
  div, section, button, ul, li, p { display: none !important }
  im-dock { direction: rtl; visibility: visible; text-transform: uppercase; cursor: none; user-select: none }
</style>`;
/** The icon is what browsers ask for by themselves. */
const STRICT = [
  "default-src 'none'; script-src BRIDGE; connect-src BRIDGE 'self'; img-src SITE/favicon.ico",
  "require-trusted-types-for 'script'; trusted-types im-bridge",
].join('; ');

inBrowsers(BROWSERS, dock, () => {
  for (const transport of ['json', 'jsonp']) {
    story(
      `another origin over ${transport}: nothing but scripts of the bridge where it is to be so`,
      dock,
      { alice: 0, bob: 1 },
      async ({ alice, bob }) => {
        dock.site.page('/by', { title: 'By', tag: `data-transport="${transport}"` });
        const screen = await dock.open(alice, { path: '/by' });
        const kinds = new Set<string>();
        screen.page.on('request', (request) => {
          if (request.url().startsWith(`${dock.site.bridgeUrl}/v1/poll`)) kinds.add(request.resourceType());
        });
        await screen.say(bob.id, 'over there');
        await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('over there'));
        await bob.tab.send(alice.id, 'and back');
        await screen.shows(bob.id, ['over there', 'and back']);
        expect([...kinds]).toEqual([transport === 'jsonp' ? 'script' : 'fetch']);
      },
    );
  }

  for (const transport of ['json', 'jsonp']) {
    story(
      `the strictest policy, over ${transport}: scripts and calls of the bridge alone, no styles, no images, trusted types`,
      dock,
      { alice: 0, bob: 1 },
      async ({ alice, bob }) => {
        const tag = `data-transport="${transport}"`;
        dock.site.page('/strict', { title: 'Strict', csp: STRICT, body: '', tag });
        const screen = await dock.open(alice, { path: '/strict' });
        await screen.say(bob.id, 'hello');
        await screen.seesState(bob.id, 'hello', 'sent', 'delivered');
        await bob.tab.send(alice.id, 'hi 😀 https://example.org/');
        await screen.shows(bob.id, ['hello', 'hi 😀 https://example.org/']);
        await screen.part('im-emoji-button').click();
        await screen.part('im-emoji').first().click();
        await screen.part('im-me').click();
        await screen.part('im-me-menu').waitFor();
        expect((await boxOf(screen.window(bob.id))).height).toBeGreaterThan(200);
      },
    );
  }

  story(
    'it looks the same in a page whose styles mean it ill',
    dock,
    { alice: 0, bob: 0 },
    async ({ alice, bob }) => {
      dock.site.page('/peaceful', { title: 'Peaceful' });
      dock.site.page('/hostile', { title: 'Hostile', head: HOSTILE_CSS });
      const screen = await dock.open(alice, { path: '/peaceful' });
      const look = async (): Promise<unknown> => {
        await screen.openWindow(bob.id).waitFor();
        const places = [
          screen.part('im-list'),
          screen.window(bob.id),
          screen.input(bob.id),
          screen.buddy(bob.id),
        ];
        const styles = places.map((place) =>
          place.evaluate((element) => {
            const { color, fontSize, fontFamily, letterSpacing, direction, cursor, textTransform } =
              getComputedStyle(element);
            return { color, fontSize, fontFamily, letterSpacing, direction, cursor, textTransform };
          }),
        );
        return { boxes: await Promise.all(places.map(boxOf)), styles: await Promise.all(styles) };
      };
      await screen.open(bob.id);
      const before = await look();
      await screen.page.goto(`${dock.site.origin}/hostile`);
      expect(await look()).toEqual(before);
    },
  );

  story(
    'it has one global, and taken away it is gone: no timer, no request, no count in the title, and friends see it',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice, { init: spyTimers });
      const names = async (): Promise<string[]> =>
        (await screen.page.evaluate(() => Object.keys(globalThis))).filter(
          (name) => !name.startsWith('__pw'),
        );
      const withDock = await names();
      await bob.tab.send(alice.id, 'hello');
      await screen.seesTitle('(1) Home');
      let requests = 0;
      await screen.page.evaluate(() => document.querySelector('im-dock')?.remove());
      await screen.seesTitle('Home');
      const leftOver = (): Promise<number> =>
        screen.page.evaluate(() => (globalThis as unknown as { timers: Set<unknown> }).timers.size);
      await waitUntil('all timers to be gone', async () => (await leftOver()) === 0);
      await bob.tab.sees('that she has gone', (tab) => tab.show(alice.id) === 'offline');
      screen.page.on('request', () => (requests += 1));
      await bob.tab.send(alice.id, 'anybody?');
      const beside = await dock.anotherTab(screen);
      await beside.seesUnread(bob.id, 2);
      expect(requests).toBe(0);
      await screen.page.goto(`${dock.site.origin}/plain`);
      const plain = await names();
      expect(withDock.filter((name) => !plain.includes(name))).toEqual(['IMDock']);
    },
  );

  story(
    'in a page whose library extends every object, array and string, it works',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice, { init: oldLibrary });
      await screen.say(bob.id, 'say "hello"');
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('say "hello"'));
      await bob.tab.send(alice.id, 'hello');
      await screen.shows(bob.id, ['say "hello"', 'hello']);
    },
  );

  story(
    'answers that are no answers do not reach the page as faults, and it comes back',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await screen.open(bob.id);
      const answers = ['<html>', 'null', '{"ok":true}', '{"ok":true,"events":[{"n":1}]}'];
      const calls = `${dock.site.bridgeUrl}/v1/**`;
      const left = [...answers];
      await screen.page.route(calls, async (route) => {
        const body = left.shift();
        if (body === undefined) await route.continue();
        else await route.fulfill({ body, headers: { 'access-control-allow-origin': dock.site.origin } });
      });
      await bob.tab.send(alice.id, 'hello');
      await waitUntil('all of them to be given', () => left.length === 0, { timeout: 40_000 });
      await screen.page.unroute(calls);
      await screen.shows(bob.id, ['hello']);
      await screen.page.locator('#own').fill('the page goes on');
    },
  );

  story(
    'a page that reads from right to left has it mirrored',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      dock.site.page('/rtl', { title: 'RTL', html: 'lang="ar" dir="rtl"', body: '' });
      const screen = await dock.open(alice, { path: '/rtl' });
      await screen.say(bob.id, 'mine');
      await screen.seesState(bob.id, 'mine', 'sent', 'delivered');
      await bob.tab.send(alice.id, 'مرحبا');
      await screen.shows(bob.id, ['mine', 'مرحبا']);
      const [list, window] = [await boxOf(screen.part('im-list')), await boxOf(screen.window(bob.id))];
      const [own, theirs] = [
        await boxOf(screen.messages(bob.id).first()),
        await boxOf(screen.messages(bob.id).last()),
      ];
      expect(list.x).toBeLessThan(100);
      expect(window.x).toBeGreaterThanOrEqual(list.x + list.width);
      expect(own.x).toBeLessThan(theirs.x + theirs.width);
      expect(own.x - window.x).toBeLessThan(window.x + window.width - (own.x + own.width));
      expect(await sidewaysOf(screen.page)).toBe(0);
      expect(await sticksOut(screen.window(bob.id))).toEqual([]);
    },
  );

  story('on a phone the one window fills the screen', dock, { alice: 0, bob: 1 }, async ({ alice, bob }) => {
    const viewport = { width: 390, height: 780 };
    dock.site.page('/short', { title: 'Home', body: '' }); // a bar for scrolling would take its part
    const screen = await dock.open(alice, { path: '/short', browser: { viewport } });
    await bob.tab.send(alice.id, 'hello');
    await screen.seesTitle('(1) Home');
    await screen.part('im-launcher').click();
    await screen.buddy(bob.id).click();
    await screen.shows(bob.id, ['hello']);
    expect(await boxOf(screen.window(bob.id))).toEqual({ x: 0, y: 0, ...viewport });
    expect(await screen.part('im-window').count()).toBe(1);
    await screen.say(bob.id, 'hi from the phone');
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('hi from the phone'));
    expect(await sticksOut(screen.window(bob.id))).toEqual([]);
    expect(await sidewaysOf(screen.page)).toBe(0);
    await screen.window(bob.id).getByTestId('im-close').click();
    await screen.window(bob.id).waitFor({ state: 'detached' });
  });

  story(
    'in a hidden tab nothing is read; shown again, what stands in the open window is',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice, { init: spyVisibility });
      const hide = (hidden: boolean): Promise<void> =>
        screen.page.evaluate(
          (value) => (globalThis as unknown as { hide: (hidden: boolean) => void }).hide(value),
          hidden,
        );
      await screen.open(bob.id);
      await hide(true);
      await bob.tab.send(alice.id, 'hello');
      await screen.seesTitle('(1) Home');
      await screen.shows(bob.id, ['hello']);
      await bob.tab.sees('no marker', (tab) => tab.snapshot.conversations[0]?.peerReadUpTo === undefined);
      await hide(false);
      await screen.seesTitle('Home');
      await bob.tab.sees(
        'that it was read',
        (tab) => tab.snapshot.conversations[0]?.peerReadUpTo !== undefined,
      );
    },
  );
});
