import { expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { OneWorker } from '../../support/one-worker.ts';
import { messageOf } from '../../support/session.ts';

const toBob = [{ with: 'bob', messages: [messageOf('bob', 1, 'alice')], complete: true }];

test.each([
  ['signed-out', 'bad-token'],
  ['removed', 'bad-token'],
  ['kicked', 'unavailable'],
] as const)('who is %s while the session is being opened is refused, and has none', async (reason, code) => {
  const worker = new OneWorker(['bob'], toBob);
  const goOn = worker.rows.hang('readBy');
  const opening = worker.sessions.connect('alice');
  while (worker.rows.asked.length === 0) await turn();
  worker.hears({ type: 'link', connected: false }, { type: 'ended', reason });
  goOn();
  await expect(opening).rejects.toMatchObject({ code });
  expect(worker.sessions.all).toEqual([]);
  expect(worker.closed).toBe(1);
});
