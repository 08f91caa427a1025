/** Every state in which a person may meet the dock, as what leads there. Each is of its own: none needs another. */
import { readFileSync } from 'node:fs';
import { befriend, siteDatabase, unfriend, type Person } from '../story.ts';
import type { Stack } from '../stack.ts';
import type { Tab } from '../tab.ts';
import { addFriends } from './crowd.ts';
import type { DockPage } from './dock-page.ts';
import { spyVisibility } from './spies.ts';
import type { Dock, Seat } from './use-dock.ts';

export interface Stage {
  readonly dock: Dock;
  readonly stack: Stack;
  readonly alice: Person;
  readonly bob: Person;
  readonly carol: Person;
}

export interface State {
  /** Name of the picture, too. */
  readonly name: string;
  readonly seat?: Seat;
  /** From a page that has just come up. */
  readonly reach: (screen: DockPage, stage: Stage) => Promise<void>;
}

const DESK: Seat = { path: '/show' };
const PHONE: Seat = { path: '/show', browser: { viewport: { width: 390, height: 780 } } };

/** A page worth looking at, in the demo's own style. */
export function setStage({ site }: Dock): void {
  const css = readFileSync(new URL('../../demo/site/style.css', import.meta.url), 'utf8');
  const story = (n: number): string =>
    `<article><h2>Post ${String(n)}</h2><p>The lindens along the canal are in leaf again, and somebody has put a bench under the third.</p></article>`;
  const page = { head: `<style>${css}</style>`, body: [1, 2, 3, 4].map(story).join('') };
  site.page('/show', { title: 'Lindentree', ...page });
  site.page('/show-rtl', { title: 'الزيزفون', html: 'lang="ar" dir="rtl"', ...page });
  site.page('/show-dark', { title: 'Lindentree', ...page, tag: 'data-theme="dark"' });
}

/** A friend at the wire reads up to a message. */
async function hasRead(tab: Tab, peer: string, body: string): Promise<void> {
  await tab.sees(body, (one) => one.bodies(peer).includes(body));
  const { messages = [] } = tab.snapshot.conversations.find((one) => one.with === peer) ?? {};
  await tab.read(peer, messages.find((message) => message.body === body)?.id ?? '');
}

async function converse(screen: DockPage, { alice, bob, carol }: Stage): Promise<void> {
  await bob.tab.send(alice.id, 'Hi Alice! Lunch at noon?');
  await screen.say(bob.id, 'Yes, at the usual place 🥗');
  await screen.seesState(bob.id, 'usual place', 'sent', 'delivered');
  await hasRead(bob.tab, alice.id, 'Yes, at the usual place 🥗');
  await bob.tab.send(alice.id, 'Great. The menu: https://example.org/menu');
  await carol.tab.send(alice.id, 'Have you seen the lindens? They are in leaf again.');
  await screen.sees(carol.id, 'lindens');
  await screen.say(carol.id, 'I have, they are lovely');
  await screen.sees(bob.id, 'menu');
}

const talk: State['reach'] = async (screen, stage) => {
  await converse(screen, stage);
  await screen.open(stage.bob.id);
  await screen.seesState(stage.bob.id, 'usual place', 'read');
};

const manyWindows =
  (count: number): State['reach'] =>
  async (screen, { alice, stack, dock }) => {
    const names = ['Erin', 'Frank', 'Grace', 'Heidi', 'Ivan', 'Judy'].slice(0, count);
    const friends = await addFriends(stack, alice, names);
    const again = await dock.anotherTab(screen);
    for (const { id } of friends) await again.open(id);
    await screen.openWindow(friends.at(-1)?.id ?? '').waitFor();
    await again.page.close();
  };

async function onSite({ stack, alice, bob }: Stage, change: typeof befriend): Promise<void> {
  const site = await siteDatabase(stack);
  await change(site, alice.id, bob.id);
  await site.end();
}

export const STATES: readonly State[] = [
  { name: 'list', seat: DESK, reach: async (screen, { bob }) => screen.seesFriend(bob.id, 'online') },
  {
    name: 'list-folded',
    seat: DESK,
    reach: async (screen) => {
      await screen.part('im-list-toggle').click();
      await screen.part('im-search').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'list-searched',
    seat: DESK,
    reach: async (screen, { bob, carol }) => {
      await screen.part('im-search').fill('bo');
      await screen.buddy(carol.id).waitFor({ state: 'detached' });
      await screen.buddy(bob.id).waitFor();
    },
  },
  {
    name: 'list-nobody-found',
    seat: DESK,
    reach: async (screen) => {
      await screen.part('im-search').fill('nobody of this name');
      await screen.part('im-buddy').waitFor({ state: 'detached' });
    },
  },
  { name: 'windows', seat: DESK, reach: talk },
  {
    name: 'three-windows',
    seat: DESK,
    reach: async (screen, stage) => {
      await talk(screen, stage);
      const [erin] = await addFriends(stage.stack, stage.alice, ['Erin']);
      await screen.buddy(erin?.id ?? '').click();
      await screen.openWindow(erin?.id ?? '').waitFor();
    },
  },
  {
    name: 'minimised-unread',
    seat: DESK,
    reach: async (screen, { alice, bob, carol }) => {
      await bob.tab.send(alice.id, 'psst');
      await carol.tab.send(alice.id, 'hello?');
      await screen.seesUnread(bob.id, 1);
      await screen.seesUnread(carol.id, 1);
    },
  },
  {
    name: 'overflow',
    seat: DESK,
    reach: async (screen, stage) => {
      await manyWindows(6)(screen, stage);
      await screen.part('im-overflow').click();
      await screen.part('im-overflow-menu').waitFor();
    },
  },
  {
    name: 'emoji-picker',
    seat: DESK,
    reach: async (screen, stage) => {
      await talk(screen, stage);
      await screen.window(stage.bob.id).getByTestId('im-emoji-button').click();
      await screen.part('im-emoji').first().waitFor();
    },
  },
  {
    name: 'own-status',
    seat: DESK,
    reach: async (screen) => {
      await screen.part('im-me').click();
      await screen.part('im-me-menu').waitFor();
    },
  },
  {
    name: 'own-status-folded',
    seat: DESK,
    reach: async (screen) => {
      await screen.part('im-list-toggle').click();
      await screen.part('im-search').waitFor({ state: 'detached' });
      await screen.part('im-me').click();
      await screen.part('im-me-menu').waitFor();
    },
  },
  {
    name: 'typing-and-read',
    seat: DESK,
    reach: async (screen, stage) => {
      await talk(screen, stage);
      await stage.bob.tab.typing(stage.alice.id, 'composing');
      await screen.part('im-typing').filter({ hasText: 'Bob' }).waitFor();
    },
  },
  {
    name: 'new-messages',
    seat: { ...DESK, init: spyVisibility },
    reach: async (screen, stage) => {
      await talk(screen, stage);
      await screen.minimise(stage.bob.id);
      await stage.bob.tab.send(stage.alice.id, 'Shall I book a table?');
      await screen.seesUnread(stage.bob.id, 1);
      await screen.open(stage.bob.id);
      await screen.part('im-new').waitFor();
    },
  },
  {
    name: 'failed-message',
    seat: DESK,
    reach: async (screen, { bob }) => {
      await screen.open(bob.id);
      await screen.input(bob.id).fill('This goes on and on. '.repeat(1000));
      await screen.input(bob.id).press('Enter');
      await screen.part('im-retry').waitFor();
    },
  },
  {
    name: 'no-longer-friends',
    seat: DESK,
    reach: async (screen, stage) => {
      await talk(screen, stage);
      await onSite(stage, unfriend);
      await screen.part('im-not-friends').waitFor();
    },
  },
  {
    name: 'reconnecting',
    seat: DESK,
    reach: async (screen, stage) => {
      await talk(screen, stage);
      await screen.page.context().setOffline(true);
      await screen.say(stage.bob.id, 'Are you still there?');
      await screen.part('im-banner').waitFor();
    },
  },
  { name: 'dark', seat: { ...DESK, browser: { colorScheme: 'dark' } }, reach: talk },
  { name: 'dark-by-the-page', seat: { path: '/show-dark' }, reach: talk },
  { name: 'high-contrast', seat: { ...DESK, browser: { forcedColors: 'active' } }, reach: talk },
  { name: 'right-to-left', seat: { path: '/show-rtl' }, reach: talk },
  { name: 'phone', seat: PHONE, reach: async (screen) => screen.part('im-launcher').waitFor() },
  {
    name: 'phone-list',
    seat: PHONE,
    reach: async (screen, { bob }) => {
      await screen.part('im-launcher').click();
      await screen.buddy(bob.id).waitFor();
    },
  },
  {
    name: 'phone-window',
    seat: PHONE,
    reach: async (screen, { alice, bob }) => {
      await bob.tab.send(alice.id, 'Hi Alice! Lunch at noon?');
      await screen.part('im-launcher').click();
      await screen.say(bob.id, 'Yes, at the usual place 🥗');
      await screen.seesState(bob.id, 'usual place', 'delivered');
    },
  },
  {
    name: 'phone-reconnecting',
    seat: PHONE,
    reach: async (screen, { bob }) => {
      await screen.part('im-launcher').click();
      await screen.say(bob.id, 'Yes, at the usual place 🥗');
      await screen.seesState(bob.id, 'usual place', 'delivered');
      await screen.page.context().setOffline(true);
      await screen.say(bob.id, 'Are you still there?');
      await screen.part('im-banner').waitFor();
    },
  },
];
