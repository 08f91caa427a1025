/** Presence as people expect it: over tabs, page loads, native clients and workers. */
import { expect } from '@jest/globals';
import { story, useStack } from '../support/story.ts';
import type { Tab } from '../support/tab.ts';

const used = useStack({ change: { limits: { idle: 1, grace: 3, hold: 1 } } });

const me = (tab: Tab) => tab.snapshot.me;
const sees = (tab: Tab, friend: string, show: string): Promise<void> =>
  tab.sees(`${friend} ${show}`, (one) => one.show(friend) === show);

story(
  'a person is away when nobody has been at any tab for long, and online again at once',
  used,
  { alice: 2, bob: 1 },
  async ({ alice, bob }) => {
    await sees(bob.tab, alice.id, 'online');
    for (const tab of alice.tabs) await tab.setActive(false);
    await sees(bob.tab, alice.id, 'away');
    for (const tab of alice.tabs) await tab.sees('herself away', (one) => me(one).show === 'away');
    await alice.tab.setActive(true);
    await sees(bob.tab, alice.id, 'online');
  },
);

story(
  'one active tab keeps a person online, whatever the others say',
  used,
  { alice: 2, bob: 1 },
  async ({ alice, bob }) => {
    await sees(bob.tab, alice.id, 'online');
    await alice.tab.setActive(false);
    await alice.tabs[1]?.setPresence('online', 'still here');
    await bob.tab.sees('the status', (tab) => tab.friend(alice.id)?.status === 'still here');
    await alice.tabs[1]?.setPresence('dnd');
    await sees(bob.tab, alice.id, 'dnd');
    const shows = bob.tab.events.flatMap((event) =>
      event.type === 'presence' && event.id === alice.id ? [event.show] : [],
    );
    expect(shows).not.toContain('away');
  },
);

story(
  'what a person chooses is seen by friends, by every tab, and after all tabs were closed',
  used,
  { alice: 2, bob: 1 },
  async ({ alice, bob }) => {
    await alice.tab.setPresence('dnd', 'größer als 🐘');
    for (const tab of alice.tabs) await tab.sees('the choice', (one) => me(one).show === 'dnd');
    await bob.tab.sees('it', (tab) => tab.friend(alice.id)?.status === 'größer als 🐘');
    await Promise.all(alice.tabs.map((tab) => tab.leave()));
    await sees(bob.tab, alice.id, 'offline');
    const later = await alice.openTab();
    expect(me(later)).toMatchObject({ show: 'dnd', status: 'größer als 🐘' });
    await sees(bob.tab, alice.id, 'dnd');
  },
);

story(
  'a page load does not flap: friends see nothing while a tab goes and another comes',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    await sees(bob.tab, alice.id, 'online');
    const before = bob.tab.events.length;
    for (let load = 0; load < 3; load += 1) {
      await alice.tabs.at(-1)?.leave();
      await alice.openTab();
    }
    await alice.tabs.at(-1)?.setPresence('away');
    await sees(bob.tab, alice.id, 'away');
    const since = bob.tab.events.slice(before).filter(({ type }) => type === 'presence');
    expect(since).toMatchObject([{ show: 'away' }]);
  },
);

story(
  'who is invisible is offline to friends, and still sees them and gets what they write',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    await sees(bob.tab, alice.id, 'online');
    await alice.tab.setPresence('invisible');
    await sees(bob.tab, alice.id, 'offline');
    expect(me(alice.tab).show).toBe('invisible');
    await bob.tab.send(alice.id, 'are you there?');
    await alice.tab.sees('it', (tab) => tab.bodies(bob.id).includes('are you there?'));
    await bob.tab.setPresence('dnd');
    await sees(alice.tab, bob.id, 'dnd');
    await alice.tab.setPresence('online');
    await sees(bob.tab, alice.id, 'online');
  },
);

story(
  'who comes invisible is never seen, by those who are there and those who come later',
  used,
  { alice: 1, bob: 1, carol: 0 },
  async ({ alice, bob, carol }) => {
    await alice.tab.setPresence('invisible');
    await alice.tab.leave();
    await sees(bob.tab, alice.id, 'offline');
    const before = bob.tab.events.length;
    const tab = await alice.openTab();
    await sees(tab, bob.id, 'online');
    const later = await carol.openTab();
    await sees(tab, carol.id, 'online');
    await tab.send(bob.id, 'only you');
    await bob.tab.sees('it', (one) => one.bodies(alice.id).includes('only you'));
    expect(later.show(alice.id)).toBe('offline');
    expect(bob.tab.events.slice(before).filter(({ type }) => type === 'presence')).toEqual([]);
  },
);

story(
  'a native client of the same person counts: while it is online, so are they',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const phone = await alice.native();
    phone.presence();
    await alice.tab.setPresence('away', 'at lunch');
    await bob.tab.sees('alice online', (tab) => tab.show(alice.id) === 'online');
    await phone.close();
    await sees(bob.tab, alice.id, 'away');
    await alice.tab.sees('herself away', (tab) => me(tab).show === 'away' && me(tab).status === 'at lunch');
  },
);
