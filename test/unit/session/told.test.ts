/** What the user's row tells peers of what has been read, and whom the user asks about it. */
import { expect, test } from '@jest/globals';
import type { KeptConversation } from '../../../bridge/session/states.ts';
import { OneWorker } from '../../support/one-worker.ts';
import { idOf, message, messageOf } from '../../support/session.ts';

async function withBob(friends: readonly string[] = ['bob']): Promise<OneWorker> {
  const worker = new OneWorker(friends);
  await worker.sessions.connect('alice');
  worker.hears(message('bob', 1), message('bob', 2));
  return worker;
}

const row = ({ rows }: OneWorker): KeptConversation | undefined => rows.row.conversations[0];
const told = (n: number) => ({ readCid: `cid-${n}`, readAt: messageOf('bob', n).at });

test('who reads tells it by the row', async () => {
  const worker = await withBob();
  await worker.keeping.read(worker.live, 'bob', idOf(2));
  expect(row(worker)).toMatchObject({ readUpTo: idOf(2), ...told(2) });
});

test('what is read while invisible is not told, then or later', async () => {
  const worker = await withBob();
  const { keeping, live } = worker;
  await keeping.read(live, 'bob', idOf(1));
  await keeping.choosePresence(live, { show: 'invisible' });
  await keeping.read(live, 'bob', idOf(2));
  await keeping.save(live);
  expect(row(worker)).toMatchObject({ readUpTo: idOf(2), ...told(1) });
  await keeping.choosePresence(live, { show: 'online' });
  worker.hears(message('bob', 3));
  await keeping.save(live);
  expect(row(worker)).toMatchObject({ unread: 1, readUpTo: idOf(2), ...told(1) });
  await keeping.read(live, 'bob', idOf(3));
  expect(row(worker)).toMatchObject(told(3));
});

test('who has just become invisible by another worker does not tell it either', async () => {
  const worker = await withBob();
  await worker.rows.update('alice', (stored) => ({ ...stored, presence: { show: 'invisible' } }));
  await worker.keeping.read(worker.live, 'bob', idOf(2));
  expect(row(worker)).not.toHaveProperty('readAt');
  expect(worker.shown.at(-1)).toEqual({ show: 'invisible' });
});

test('who is no friend any more is not told', async () => {
  const worker = await withBob([]);
  await worker.keeping.read(worker.live, 'bob', idOf(2));
  expect(row(worker)).toMatchObject({ readUpTo: idOf(2) });
  expect(row(worker)).not.toHaveProperty('readAt');
});

test('an answer, and the marker of another device, tell it with the next save', async () => {
  const worker = await withBob();
  worker.hears({ type: 'displayed', with: 'bob', by: 'self', cid: 'cid-1' });
  await worker.keeping.save(worker.live);
  expect(row(worker)).toMatchObject(told(1));
  worker.hears(message('bob', 3, 'alice'));
  await worker.keeping.save(worker.live);
  expect(row(worker)).toMatchObject({ readUpTo: idOf(3), ...told(2) });
});

test('it is asked of friends alone how far they have read', async () => {
  const history = ['bob', 'former'].map((peer) => ({
    with: peer,
    messages: [messageOf(peer, 1, 'alice')],
    complete: true,
  }));
  const worker = new OneWorker(['bob'], history);
  await worker.sessions.connect('alice');
  expect(worker.rows.asked).toEqual(['bob']);
});
