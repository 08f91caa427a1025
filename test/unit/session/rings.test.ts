import { expect, test } from '@jest/globals';
import { chooseRings, forgetRings, ringsOf } from '../../../bridge/session/rings.ts';
import type { Session } from '../../../bridge/session/session.ts';
import { addTab, hear, message, watchedSession } from '../../support/session.ts';

function come(session: Session, n: number, from = 'bob'): void {
  chooseRings(session, hear(session, message('bob', n, from)));
}

function ringing(session: Session): string[] {
  return [...session.tabs.values()].filter((tab) => ringsOf(session, tab, 0).length > 0).map(({ id }) => id);
}

test('one tab rings: the one where the person was last, of those that are there', () => {
  const session = watchedSession();
  addTab(session, 'old', { activeAt: 1 });
  addTab(session, 'newest', { activeAt: 3 });
  addTab(session, 'left', { activeAt: 5, active: false });
  addTab(session, 'hung up', { activeAt: 9, absent: true });
  come(session, 1);
  expect(ringing(session)).toEqual(['newest']);
});

test('the number is that of the message, and what comes before the cursor has rung', () => {
  const session = watchedSession();
  const tab = addTab(session, 'tab');
  come(session, 1); // 1 the message, 2 the unread count
  come(session, 2);
  expect(ringsOf(session, tab, 0)).toEqual([1, 3]);
  expect(ringsOf(session, tab, 1)).toEqual([3]);
});

test('nothing rings for one’s own messages, nor for who is not to be disturbed', () => {
  const session = watchedSession();
  addTab(session, 'tab');
  come(session, 1, 'alice');
  session.chosen = { show: 'dnd' };
  come(session, 2);
  expect(ringing(session)).toEqual([]);
});

test('rings leave with their events', () => {
  const session = watchedSession();
  addTab(session, 'tab');
  for (let n = 1; n <= 5; n += 1) come(session, n);
  session.log.entries = session.log.entries.slice(-3);
  forgetRings(session);
  expect([...session.rings.keys()]).toEqual([9]);
});
