/** A worker that is still starting when its supervisor is killed. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { RUN_DIR, WORKER_ID } from '../../bridge/supervision/messages.ts';
import { RIGHT } from '../support/right-config.ts';
import { built } from '../support/root.ts';
import { writeSettings } from '../support/settings.ts';
import { waitUntil } from '../support/wait-until.ts';

test('it ends at once, and holds no port that the next supervisor needs, though it waits for a database', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'im-'));
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const mysql = { user: 'im', password: 'pw', database: 'im', port, pool: { acquireTimeout: 60 } };
  const { path } = writeSettings(dir, { ...RIGHT, mysql, site: { ...RIGHT.site, mysql } });
  const env = { ...process.env, [RUN_DIR]: dir, [WORKER_ID]: '1' };
  const worker = fork(built('bridge/main.js'), ['--config', path], { env, silent: true });
  try {
    await waitUntil('it to ask the database', () => sockets.length > 0);
    worker.disconnect();
    await waitUntil('its end', () => worker.exitCode !== null);
    expect(worker.exitCode).toBe(1);
  } finally {
    worker.kill('SIGKILL');
    for (const socket of sockets) socket.destroy();
    silent.close();
    rmSync(dir, { recursive: true });
  }
});
