/** The private ejabberd of tests and of `npm start`: how it starts, refuses to, and is asked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEjabberd, type EjabberdOptions } from '../support/ejabberd.ts';
import { isListening } from '../support/ports.ts';
import { ROOT } from '../support/root.ts';
import { freePorts } from '../support/stack-ports.ts';

const dir = mkdtempSync(join(tmpdir(), 'im-'));
let options: EjabberdOptions;

beforeAll(async () => {
  const { xmpp, native, component, api, epmd, dist } = await freePorts();
  options = {
    dir,
    domain: 'im.test',
    ports: { c2s: xmpp, native, component, api, epmd, dist },
    extauth: '/bin/cat', // nobody logs in
    componentSecret: 'no component comes here',
    ebin: join(ROOT, 'dist/ejabberd-modules/ebin'),
  };
});

afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('it starts, answers ejabberdctl and HTTP, stops with its epmd, and starts again', async () => {
  for (const end of ['kill', 'stop'] as const) {
    const ejabberd = await startEjabberd(options);
    expect(await ejabberd.ctl('connected_users_number')).toEqual({ code: 0, stdout: '0\n' });
    expect(await ejabberd.api('connected_users_number')).toEqual({ num_sessions: 0 });
    await ejabberd[end]();
    expect([ejabberd.running, await isListening(options.ports.epmd)]).toEqual([false, false]);
    expect((await ejabberd.ctl('status')).code).toBe(3);
  }
});

test('a fault in the configuration is told in a moment, in the words of ejabberd', async () => {
  await expect(startEjabberd({ ...options, domain: 'not a domain' })).rejects.toThrow(
    'Invalid domain: not a domain',
  );
  await expect(startEjabberd({ ...options, ebin: join(dir, 'empty') })).rejects.toThrow(
    'Unknown module: site_metrics',
  );
  expect(await isListening(options.ports.epmd)).toBe(false);
});

test('a port in use is told by its number and purpose', async () => {
  const { native } = options.ports;
  const server = createServer().listen(native, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  await expect(startEjabberd(options)).rejects.toThrow(`port ${native} (native) is in use`);
  await new Promise((resolve) => server.close(resolve));
});
