/** Who takes a session over that more than one could: its journal, a later journal, or a worker that brings it. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FileJournal } from '../../../bridge/hand-over/journal.ts';
import { readJournal } from '../../../bridge/hand-over/journal-files.ts';
import { remainsIn } from '../../../bridge/hand-over/journal-lines.ts';
import { Orphans } from '../../../bridge/hand-over/orphans.ts';
import { Taker } from '../../../bridge/hand-over/taker.ts';
import { createLog } from '../../../bridge/log.ts';
import { Expected } from '../../../bridge/session/expected.ts';
import type { Live } from '../../../bridge/session/live.ts';
import { OneWorker } from '../../support/one-worker.ts';
import { message } from '../../support/session.ts';

const log = createLog('test', { level: 'fatal', pretty: false });
let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'im-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** What a worker leaves that is killed with alice in it, and these messages. */
async function leave(id: number, ...messages: readonly number[]): Promise<void> {
  const journal = new FileJournal({ dir, id, clock: () => 0, log });
  const worker = new OneWorker(['bob'], [], journal);
  await worker.sessions.connect('alice');
  worker.hears(...messages.map((n) => message('bob', n)));
  journal.flush();
}

function successor(): { worker: OneWorker; orphans: Orphans; expected: Expected; taker: Taker } {
  const [worker, expected] = [new OneWorker(), new Expected()];
  const common = { expected, log, window: 2 };
  const taker: Taker = new Taker({
    ...common,
    sessions: worker.sessions,
    onAnnounced: (users, giver) => orphans.leaveOut(users, giver),
    later: (user) => orphans.take(user),
  });
  const orphans = new Orphans({ ...common, dir, taker, oldest: 60_000 });
  return { worker, expected, orphans, taker };
}

const textsOf = ({ session }: Live): string[] =>
  session.view.conversations.flatMap(({ messages }) => messages.map(({ body }) => body));

test('the newest worker’s word counts, whenever its journal is found, and journals that were taken over go', async () => {
  await leave(1, 1);
  await leave(2, 1, 2);
  const { worker, orphans, expected } = successor();
  orphans.find([1]);
  expect(expected.has('alice')).toBe(true);
  orphans.find([2]);
  expect(await orphans.adopt([1, 2])).toBe(true);
  expect(textsOf(worker.live)).toEqual(['text 1', 'text 2']);
  expect(expected.size).toBe(0);
  expect(readdirSync(dir)).toEqual([]);
});

test('the newest worker’s word counts also when it was the first to end', async () => {
  await leave(1, 1);
  await leave(2, 1, 2);
  for (const found of [[[2, 1]], [[2], [1]]]) {
    const { worker, orphans } = successor();
    for (const workers of found) orphans.find(workers);
    await orphans.adopt([]);
    expect(textsOf(worker.live)).toEqual(['text 1', 'text 2']);
  }
});

test('what has been taken over is not found again', async () => {
  await leave(1, 1);
  const { worker, orphans, expected } = successor();
  orphans.find([1]);
  await orphans.adopt([]);
  await worker.sessions.close(worker.live);
  orphans.find([1, 2]);
  expect(expected.size).toBe(0);
  expect(await orphans.adopt([1])).toBe(true);
  expect(worker.sessions.all).toEqual([]);
});

test('whom a worker brings that leaves is not taken from a journal', async () => {
  await leave(1, 1);
  const { worker, orphans } = successor();
  orphans.find([1]);
  orphans.leaveOut(['alice'], 2);
  await orphans.adopt([1]);
  expect(worker.sessions.all).toEqual([]);
});

test('what a later worker had is newer than what the one before gave it, and gives again as it has no answer', async () => {
  await leave(1, 1);
  const [given] = remainsIn(readJournal(dir, 1)).values();
  await leave(2, 1, 2);
  for (const isAdoptedFirst of [true, false]) {
    const { worker, orphans, taker } = successor();
    const server = await taker.listen(join(dir, 'worker.sock'));
    orphans.find([2]);
    const line = connect(join(dir, 'worker.sock'));
    line.write(`${JSON.stringify({ type: 'users', users: ['alice'], worker: 1 })}\n`);
    await taker.announcements(1, 10_000);
    if (isAdoptedFirst) await orphans.adopt([]);
    line.write(`${JSON.stringify({ type: 'session', record: given?.record, frozen: 0 })}\n`);
    await once(line, 'data'); // that it is there
    await orphans.adopt([]);
    expect(textsOf(worker.live)).toEqual(['text 1', 'text 2']);
    line.destroy();
    server.close();
  }
});

test('a worker that is told to leave leaves the rest to the next, and its journal too', async () => {
  await leave(1, 1);
  const first = successor();
  first.orphans.find([1]);
  first.orphans.stop();
  expect(await first.orphans.adopt([1])).toBe(false);
  expect(first.worker.sessions.all).toEqual([]);
  const second = successor();
  second.orphans.find([1]);
  await second.orphans.adopt([1]);
  expect(textsOf(second.worker.live)).toEqual(['text 1']);
});

test('who comes from a journal reads the row anew: what was answered last may stand there alone', async () => {
  await leave(1, 1);
  const { worker, orphans } = successor();
  worker.rows.row = { ...worker.rows.row, ui: { open: ['bob'] }, uiVersion: 5, version: 9 };
  orphans.find([1]);
  await orphans.adopt([1]);
  expect(worker.live.session.view.ui).toEqual({ open: ['bob'] });
});
