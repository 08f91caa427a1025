import { expect, test } from '@jest/globals';
import { meEvents, noteActivity, noteIdle, ownPresence } from '../../../bridge/session/me.ts';
import { addTab, begunSession, hear, presence, watchedSession } from '../../support/session.ts';

test('a person is away when nobody has been at any tab for long, and back at once', () => {
  const session = watchedSession();
  const [one, two] = [addTab(session, 'one'), addTab(session, 'two')];
  noteActivity(session, 0);
  one.active = false;
  noteActivity(session, 1000);
  expect(noteIdle(session, 10, 100_000)).toBe(false);
  two.active = false;
  noteActivity(session, 100_000);
  expect(noteIdle(session, 10, 109_000)).toBe(false);
  expect(noteIdle(session, 10, 111_000)).toBe(true);
  expect(ownPresence(session).show).toBe('away');
  expect(meEvents(session)).toEqual([{ type: 'me', show: 'away' }]);
  one.active = true;
  noteActivity(session, 120_000);
  expect(ownPresence(session).show).toBe('online');
});

test('what the person chose stays, however idle: dnd is dnd', () => {
  const session = begunSession({ presence: { show: 'dnd', status: 'at work' } });
  session.idle = true;
  expect(ownPresence(session)).toEqual({ show: 'dnd', status: 'at work' });
});

test('a native client of the same user counts: the most available one is what friends see', () => {
  const session = watchedSession();
  session.chosen = { show: 'away' };
  session.view = { ...session.view, me: { ...session.view.me, show: 'away' } };
  expect(hear(session, presence('alice', 'phone', 'online', 'on the train'))).toEqual([
    { type: 'me', show: 'online', status: 'on the train' },
  ]);
  expect(hear(session, presence('alice', 'phone', 'offline'))).toEqual([{ type: 'me', show: 'away' }]);
});

test('who is invisible is told so, whatever their other clients show', () => {
  const session = begunSession({ presence: { show: 'invisible' } });
  expect(session.view.me.show).toBe('invisible');
  expect(hear(session, presence('alice', 'phone', 'online'))).toEqual([]);
});
