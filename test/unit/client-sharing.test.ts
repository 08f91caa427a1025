import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Event } from '../../bridge/client/index.ts';
import { Follower } from '../../bridge/client/sharing/follower.ts';
import { readMessage, type News, type Welcome } from '../../bridge/client/sharing/messages.ts';
import { MOST_PAGES, Pages } from '../../bridge/client/sharing/pages.ts';
import { ToldActivity } from '../../bridge/client/sharing/told-activity.ts';
import { Store } from '../../bridge/client/store.ts';
import type { Snapshot } from '../../bridge/protocol/snapshot.ts';

const snapshot: Snapshot = {
  me: { id: 'alice', name: 'Alice', show: 'online' },
  roster: [],
  conversations: [],
  ui: {},
  uiVersion: 0,
  connected: true,
};
const seatAt = (cursor: string, tab = 't1') => ({ user: 'alice', tab, cursor, hold: 30_000 });
const welcomeAt = (cursor: string, tab = 't1'): Welcome => ({
  type: 'welcome',
  status: 'online',
  pages: [],
  place: { seat: seatAt(cursor, tab), snapshot },
});
const newsOf = (first: number, last: number, ring: number[] = []): News => ({
  type: 'news',
  tab: 't1',
  after: `e:${first - 1}`,
  cursor: `e:${last}`,
  events: Array.from({ length: last - first + 1 }, (_, index): Event => ({
    type: 'link',
    connected: true,
    n: first + index,
  })),
  ring,
  ringer: 'p1',
});

describe('what a script of the same origin may post', () => {
  const page = { id: 'p', active: true };
  test.each([
    undefined,
    null,
    'hello',
    7,
    [],
    {},
    { type: 'bye' },
    { from: 7, type: 'bye' },
    { from: 'x'.repeat(5000), type: 'bye' },
    { from: 'p', type: 'nonsense' },
    { from: 'p', type: 'hello', page },
    { from: 'p', type: 'here', page: { id: 'p' } },
    { from: 'p', type: 'lost' },
    { from: 'p', type: 'wake', start: 'yes' },
    { from: 'p', type: 'seat', seat: { ...seatAt('e:1'), hold: -1 } },
    { from: 'p', type: 'standing', status: 'fine' },
    { from: 'p', type: 'standing', status: 'idle', problem: 'none' },
    { from: 'p', type: 'welcome', status: 'online', pages: 'all' },
    { from: 'p', type: 'welcome', status: 'online', pages: Array.from({ length: 1000 }, () => page) },
    { from: 'p', type: 'welcome', status: 'online', pages: [], place: { seat: seatAt('e:1'), snapshot: {} } },
    { from: 'p', ...newsOf(1, 2), events: [{ n: 1 }] },
    { from: 'p', ...newsOf(1, 2), ring: 'all' },
  ])('%j is no message', (value) => {
    expect(readMessage(value)).toBeUndefined();
  });

  test.each([
    { from: 'p', type: 'bye' },
    { from: 'p', type: 'hello', page, wants: 'welcome' },
    { from: 'p', type: 'standing', status: 'reconnecting', problem: { code: 'network', message: 'away' } },
    { from: 'p', ...welcomeAt('e:1') },
    { from: 'p', ...newsOf(1, 2) },
  ])('%j is one', (value) => {
    expect(readMessage(value)).toEqual(value);
  });
});

describe('the pages of a browser', () => {
  let pages: Pages;
  const here = (id: string, active: boolean, client?: string): void =>
    pages.here({ id, active, ...(client !== undefined && { client }) });
  beforeEach(() => {
    pages = new Pages();
  });

  test('the last one used is where the person went last, and not one that was opened in the background', () => {
    here('a', true);
    here('b', true);
    here('c', false);
    expect(pages.last).toBe('b');
    here('b', false);
    expect(pages.last).toBe('b');
    here('a', true);
    expect(pages.last).toBe('a');
    pages.gone('a');
    expect(pages.last).toBe('b');
  });

  test('the person is there while they are at any of them', () => {
    here('a', true);
    here('b', false);
    expect(pages.anyActive).toBe(true);
    pages.gone('a');
    expect(pages.anyActive).toBe(false);
  });

  test('one that the browser does not list is gone; of one whose name is not known nothing is said', () => {
    here('a', true, 'A');
    here('b', true, 'B');
    here('c', true);
    pages.prune(new Set(['A']));
    expect(pages.list.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(pages.othersThan('a')).toBe(true);
    pages.gone('c');
    expect(pages.othersThan('a')).toBe(false);
  });

  test('a list of another page is taken in, before what is known here', () => {
    here('me', true);
    pages.learn([
      { id: 'a', active: true },
      { id: 'me', active: false },
    ]);
    expect(pages.list).toEqual([
      { id: 'a', active: true },
      { id: 'me', active: true },
    ]);
  });

  test('there is a bound to what is kept in mind', () => {
    for (let i = 0; i < MOST_PAGES + 10; i += 1) here(`p${i}`, true);
    expect(pages.list).toHaveLength(MOST_PAGES);
  });
});

describe('a follower', () => {
  let store: Store;
  let heard: number[];
  let rung: number[];
  let seated: boolean[];
  let follower: Follower;
  beforeEach(() => {
    [store, heard, rung, seated] = [new Store(), [], [], []];
    const ports = {
      identified: () => undefined,
      seated: (isNew: boolean) => void seated.push(isNew),
      polled: ({ events, ring }: { events: readonly Event[]; ring: readonly number[] }) => {
        heard.push(...events.map(({ n }) => n));
        rung.push(...ring);
      },
      tellActive: () => Promise.resolve(),
    };
    follower = new Follower(store, ports, 'alice');
  });

  test('hears each event once, whoever tells it, and knows when it has missed some', () => {
    expect(follower.news(newsOf(1, 2), false)).toBe(false); // there has been no welcome
    follower.welcome(welcomeAt('e:0'));
    expect(follower.news(newsOf(1, 2), false)).toBe(true);
    expect(follower.news(newsOf(1, 2), false)).toBe(true);
    expect(follower.news(newsOf(2, 4), false)).toBe(true);
    expect(follower.news(newsOf(6, 7), false)).toBe(false);
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(follower.seat?.cursor).toBe('e:4');
  });

  test('rings for what is new, when it is the one', () => {
    follower.welcome(welcomeAt('e:0'));
    follower.news(newsOf(1, 2, [2]), true);
    follower.news(newsOf(1, 3, [2, 3]), true);
    follower.news(newsOf(4, 5, [5]), false);
    expect(rung).toEqual([2, 3]);
  });

  test('keeps what it shows when a welcome has nothing newer, and takes another tab’s', () => {
    follower.welcome(welcomeAt('e:0'));
    follower.news(newsOf(1, 2), false);
    const { state } = store;
    follower.welcome(welcomeAt('e:1'));
    expect(store.state).toBe(state);
    expect(follower.seat?.cursor).toBe('e:2');
    follower.welcome(welcomeAt('f:0', 't2'));
    expect(follower.seat).toMatchObject({ tab: 't2', cursor: 'f:0' });
    expect(seated).toEqual([true, false, true]);
  });

  test('of alice takes nothing of bob’s', () => {
    const welcome = welcomeAt('e:0');
    follower.welcome({ ...welcome, place: { seat: { ...seatAt('e:0'), user: 'bob' }, snapshot } });
    expect(follower.seat).toBeUndefined();
    expect(store.state.snapshot).toBeUndefined();
  });

  test('has no seat any more after bye', () => {
    follower.welcome(welcomeAt('e:0'));
    const bye: Event = { type: 'bye', reason: 'signed-out', n: 1 };
    follower.news({ ...newsOf(1, 1), events: [bye] }, false);
    expect(follower.seat).toBeUndefined();
  });
});

test('the bridge is told of the person when that changes, and again when it did not hear', async () => {
  const told: boolean[] = [];
  let fails = false;
  const activity = new ToldActivity((active) => {
    told.push(active);
    return fails ? Promise.reject(new Error('out of reach')) : Promise.resolve();
  });
  activity.isNew();
  await activity.tell(true);
  await activity.tell(false);
  await activity.tell(false);
  fails = true;
  await expect(activity.tell(true)).rejects.toThrow('out of reach');
  fails = false;
  await activity.tell(true);
  activity.forget();
  await activity.tell(true);
  expect(told).toEqual([false, true, true, true]);
});
