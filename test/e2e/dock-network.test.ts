/** The network is slow, goes, comes back; the bridge goes and comes back; the computer sleeps. */
import { expect } from '@jest/globals';
import type { CDPSession } from 'playwright-core';
import type { DockPage } from '../support/dock/dock-page.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { BROWSERS } from '../support/long.ts';
import { story } from '../support/story.ts';

const dock = useDock({ change: { limits: { hold: 2 } } });

const cdp = (screen: DockPage): Promise<CDPSession> => screen.page.context().newCDPSession(screen.page);

inBrowsers(BROWSERS, dock, () => {
  story(
    'without a network it says so; what was written meanwhile is sent when it is back, in order and once',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await screen.say(bob.id, 'before');
      await screen.seesState(bob.id, 'before', 'sent', 'delivered');
      await screen.page.context().setOffline(true);
      for (const body of ['one', 'two', 'three']) await screen.say(bob.id, body);
      await screen.part('im-banner').waitFor();
      await screen.seesState(bob.id, 'three', 'pending');
      await bob.tab.send(alice.id, 'to somebody away');
      await screen.page.context().setOffline(false);
      await screen.part('im-banner').waitFor({ state: 'detached' });
      await screen.seesState(bob.id, 'three', 'sent', 'delivered');
      await screen.shows(bob.id, ['before', 'to somebody away', 'one', 'two', 'three']);
      expect(bob.tab.bodies(alice.id)).toEqual(['before', 'to somebody away', 'one', 'two', 'three']);
    },
  );

  story(
    'while the bridge is down it says so; what was written meanwhile is sent by the next one, once',
    dock,
    { alice: 0, bob: 0 },
    async ({ alice, bob }, stack) => {
      const screen = await dock.open(alice);
      await screen.say(bob.id, 'before');
      await screen.seesState(bob.id, 'before', 'sent');
      await stack.end('bridge', 'kill');
      await screen.part('im-banner').waitFor();
      for (const body of ['one', 'two']) await screen.say(bob.id, body);
      await screen.seesState(bob.id, 'two', 'pending');
      await stack.restart('bridge');
      await screen.part('im-banner').waitFor({ state: 'detached' });
      await screen.seesState(bob.id, 'two', 'sent');
      await screen.shows(bob.id, ['before', 'one', 'two']);
      const tab = await bob.openTab();
      expect(tab.bodies(alice.id)).toEqual(['before', 'one', 'two']);
    },
  );

  story(
    'what was written without a network outlives a page load, and is sent then, once',
    dock,
    { alice: 0, bob: 0 },
    async ({ alice, bob }, stack) => {
      const screen = await dock.open(alice);
      await screen.open(bob.id);
      await stack.end('bridge', 'kill');
      await screen.say(bob.id, 'written before the page load');
      await screen.seesState(bob.id, 'written', 'pending');
      await stack.restart('bridge');
      await screen.page.reload();
      await screen.open(bob.id); // the bridge may have been killed before it knew of the window
      await screen.seesState(bob.id, 'written', 'sent', 'delivered');
      const tab = await bob.openTab();
      expect(tab.bodies(alice.id)).toEqual(['written before the page load']);
    },
  );
});

inBrowsers(['chromium'], dock, () => {
  story(
    'a page that slept has on waking what came meanwhile, and goes on',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await screen.open(bob.id);
      const browser = await cdp(screen);
      await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
      for (const body of ['one', 'two']) await bob.tab.send(alice.id, body);
      await browser.send('Page.setWebLifecycleState', { state: 'active' });
      await screen.page.clock.setSystemTime(Date.now() + 8 * 3600_000);
      await screen.shows(bob.id, ['one', 'two']);
      await screen.say(bob.id, 'good morning');
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('good morning'));
      await screen.shows(bob.id, ['one', 'two', 'good morning']);
    },
  );

  story(
    'over a slow network a message is shown as it is written, and arrives',
    dock,
    { alice: 0, bob: 1 },
    async ({ alice, bob }) => {
      const screen = await dock.open(alice);
      await screen.open(bob.id);
      const slow = { offline: false, latency: 1500, downloadThroughput: 4000, uploadThroughput: 2000 };
      const browser = await cdp(screen);
      await browser.send('Network.enable');
      await browser.send('Network.emulateNetworkConditions', slow);
      await screen.say(bob.id, 'hello');
      await screen.seesState(bob.id, 'hello', 'pending');
      await bob.tab.send(alice.id, 'are you there?');
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('hello'));
      await screen.seesState(bob.id, 'hello', 'sent', 'delivered');
      await screen.messages(bob.id).filter({ hasText: 'are you there?' }).waitFor();
    },
  );
});
