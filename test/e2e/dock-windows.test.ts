/** Windows follow the person; focus, scroll and drafts stay the tab's own. */
import { expect } from '@jest/globals';
import { story } from '../support/story.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';

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
});
