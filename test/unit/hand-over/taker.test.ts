/** Whom a worker announces that then brings nobody. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Taker } from '../../../bridge/hand-over/taker.ts';
import { Expected } from '../../../bridge/session/expected.ts';
import { noLog as log } from '../../support/no-log.ts';
import { OneWorker } from '../../support/one-worker.ts';
import { waitUntil } from '../../support/wait-until.ts';

let dir = '';
let server: Server;
let taker: Taker;
let expected: Expected;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'im-'));
  expected = new Expected();
  const { sessions } = new OneWorker();
  taker = new Taker({
    sessions,
    expected,
    log,
    window: 2,
    onAnnounced: () => undefined,
    later: () => undefined,
  });
  server = await taker.listen(join(dir, 'worker.sock'));
});
afterEach(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

/** A worker that leaves, and has said whom it brings. */
async function giver(...users: string[]): Promise<Socket> {
  const socket = connect(join(dir, 'worker.sock'));
  socket.write(`${JSON.stringify({ type: 'users', users })}\n`);
  await waitUntil('the word to be heard', () => users.every((user) => expected.has(user)));
  return socket;
}

test('who was announced by a worker that has ended is not waited for, though its end is heard of before its line', async () => {
  const line = await giver('alice', 'bob');
  taker.settleRest(); // there is no journal of it that could be read
  expect(expected.size).toBe(2);
  line.destroy();
  await waitUntil('nobody to be expected', () => expected.size === 0);
});

test('while another worker brings sessions, they are waited for', async () => {
  const [line, other] = [await giver('alice'), await giver('bob')];
  line.destroy();
  await once(line, 'close');
  taker.settleRest();
  expect(expected.has('bob')).toBe(true);
  other.destroy();
  await waitUntil('nobody to be expected', () => expected.size === 0);
});
