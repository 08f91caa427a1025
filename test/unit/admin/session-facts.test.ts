/** What an operator is told of sessions, and what not. */
import { expect, test } from '@jest/globals';
import { factsOf, pageOf } from '../../../bridge/admin/session-facts.ts';
import type { Live } from '../../../bridge/session/live.ts';
import { addTab, hear, item, message, presence, watchedSession } from '../../support/session.ts';

const standing = { up: true, resource: 'web-1', unacknowledged: 3, mostUnacknowledged: 500 };

function liveOf(user: string): Live {
  return { session: { ...watchedSession(), user }, upstream: { standing } } as unknown as Live;
}

test('of a session: its tabs with what they have not seen, the link, friends and counts', () => {
  const live = liveOf('alice');
  const { session } = live;
  addTab(session, 'secret-tab-1', { lastCall: 4000 });
  addTab(session, 'secret-tab-2', { poll: () => undefined, active: false });
  hear(session, item('bob'));
  hear(session, item('carol'));
  hear(session, presence('bob', 'phone', 'online'));
  hear(session, message('bob', 1));
  const facts = factsOf(live, 10_000);
  expect(facts).toMatchObject({
    user: 'alice',
    resource: 'web-1',
    link: 'up',
    queue: 3,
    mostQueued: 500,
    friends: 2,
    friendsOnline: 1,
    conversations: 1,
    unread: 1,
  });
  const [first, second] = facts.tabs;
  expect(first).toEqual({ lag: session.log.last, held: false, active: true, silent: 6 });
  expect(second).toEqual({ lag: session.log.last, held: true, active: false, silent: 0 });
  const text = JSON.stringify(facts);
  for (const secret of ['secret-tab', 'text 1', 'bob']) expect(text).not.toContain(secret);
});

test('pages go on behind the last user, and say whether there is more', () => {
  const all = ['dave', 'alice', 'carol', 'bob'].map(liveOf);
  const first = pageOf(all, '', 3);
  expect(first.sessions.map(({ user }) => user)).toEqual(['alice', 'bob', 'carol']);
  expect([first.count, first.more]).toEqual([4, true]);
  const second = pageOf(all, 'carol', 3);
  expect(second.sessions.map(({ user }) => user)).toEqual(['dave']);
  expect(second.more).toBe(false);
});
