/** What an operator's command is told when the bridge ends meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ask, Unreachable } from '../../../bridge/supervision/control.ts';

test('a bridge that ends before it has answered is told in a sentence', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'im-'));
  const path = join(dir, 'supervisor.sock');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.resume();
    socket.once('end', () => socket.end()); // as the system does for a process that was killed
  });
  server.listen(path);
  const fault: unknown = await ask(path, 'deploy', 10_000).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Unreachable);
  expect((fault as Error).message).toBe('the bridge has gone without an answer');
  server.close();
  rmSync(dir, { recursive: true });
});
