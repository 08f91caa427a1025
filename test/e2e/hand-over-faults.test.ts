/** What goes wrong while one worker takes over from another: who is in a session stays, and friends see nothing. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import type { Element } from '@xmpp/xml';
import { again, deploy, killWorker, say, workerOf } from '../support/deploying.ts';
import { built } from '../support/root.ts';
import type { Stack } from '../support/stack.ts';
import { story, useStack } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({ change: { xmpp: { loginsAtOnce: 1 } } });

const isPresenceOf = (user: string, { name, attrs }: Element): boolean =>
  name === 'presence' && String(attrs['from']).startsWith(`${user}@`);

/** How often an event stands in the bridge's log. */
function logged(stack: Stack, event: string): number {
  return readFileSync(join(stack.plan.dir, 'logs/bridge.log'), 'utf8').split(`"event":"${event}"`).length - 1;
}

story(
  'a deploy while the sessions of a killed worker come back: each is in the new one, once',
  used,
  { alice: 1, bob: 1, carol: 1 },
  async ({ alice, bob, carol }, stack) => {
    for (const { tab } of [alice, bob, carol]) await tab.stop();
    const native = await carol.native();
    native.presence();
    await native.waitFor((stanza) => isPresenceOf(alice.id, stanza));
    const ejabberd = stack.info.pids['ejabberd'] ?? 0;
    process.kill(ejabberd, 'SIGSTOP'); // nothing can be resumed
    try {
      await killWorker(stack);
      expect(await deploy(stack)).toMatchObject({ ok: true });
    } finally {
      process.kill(ejabberd, 'SIGCONT');
    }
    const [tab, friend, other] = [await again(alice.tab), await again(bob.tab), await again(carol.tab)];
    friend.start();
    await say(tab, bob.id, 'after both');
    await friend.sees('it', (one) => one.bodies(alice.id).includes('after both'));
    expect(native.seen.filter((stanza) => isPresenceOf(alice.id, stanza))).toHaveLength(1);
    await friend.stop();
    for (const one of [tab, friend, other]) await one.leave();
  },
);

story(
  'the worker dies while a new one starts: that one goes on, and no third',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }, stack) => {
    await alice.tab.stop();
    const before = workerOf(stack);
    const started = logged(stack, 'worker-started');
    const deploying = deploy(stack);
    await waitUntil('the new one to start', () => logged(stack, 'worker-started') > started);
    process.kill(before, 'SIGKILL');
    const outcome = await deploying;
    expect(outcome).toMatchObject({ ok: false, text: expect.stringContaining('ended meanwhile') as unknown });
    const tab = await again(alice.tab);
    await say(tab, bob.id, 'in the new one');
    expect(workerOf(stack)).not.toBe(before);
    expect(logged(stack, 'worker-started')).toBe(started + 1);
  },
);

story(
  'what was answered is there after a kill, though the journal has not had it yet',
  used,
  { alice: 1 },
  async ({ alice }, stack) => {
    await alice.tab.stop();
    await alice.tab.setUi({ open: ['bob'] });
    await alice.tab.setPresence('dnd', 'busy');
    await killWorker(stack);
    const { snapshot } = await again(alice.tab);
    expect(snapshot.ui).toEqual({ open: ['bob'] });
    expect(snapshot.me).toMatchObject({ show: 'dnd', status: 'busy' });
  },
);

story('while nobody accepts, those who call wait: a thousand at once', used, {}, async (_, stack) => {
  const worker = workerOf(stack);
  const { hostname, port } = new URL(stack.info.bridge.url);
  process.kill(worker, 'SIGSTOP');
  const sockets = Array.from({ length: 1000 }, () => connect({ host: hostname, port: Number(port) }));
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    expect(workerOf(stack)).toBe(worker); // it has not been replaced by one that accepts
  } finally {
    process.kill(worker, 'SIGCONT');
    for (const socket of sockets) socket.destroy();
  }
});

story('two deploys at once are one', used, { alice: 1 }, async ({ alice }, stack) => {
  const outcomes = await Promise.all([deploy(stack), deploy(stack)]);
  expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(outcomes.find(({ ok }) => !ok)?.text).toBe('another deploy is under way');
  await alice.tab.sees('nothing of it', ({ snapshot }) => snapshot.connected);
});

story('a second bridge does not take the first one’s run directory', used, { alice: 1 }, async (_, stack) => {
  const args = [built('bridge/supervisor.js'), '--config', join(stack.plan.dir, 'im-bridge.yml')];
  const refused = promisify(execFile)(process.execPath, args);
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('another bridge is running') as unknown,
  });
  expect(await deploy(stack)).toMatchObject({ ok: true });
});

story('who says what no worker says is hung up on', used, {}, async (_, stack) => {
  const worker = workerOf(stack);
  const run = join(stack.plan.dir, 'run');
  const [name = ''] = readdirSync(run).filter((file) => file.startsWith('worker-'));
  const words = ['', 'no JSON', 'null', '[1]', '{}', '{"type":"session"}', '{"type":"users","users":[1]}'];
  for (const word of words) {
    const socket = connect(join(run, name));
    socket.on('data', () => undefined);
    socket.end(`${word}\n`);
    await once(socket, 'close');
  }
  expect((await fetch(stack.info.metrics.url)).status).toBe(200);
  expect(workerOf(stack)).toBe(worker);
});

story(
  'a bridge that is stopped in the middle of a deploy ends, with its sessions',
  used,
  { alice: 1, carol: 0 },
  async ({ alice, carol }, stack) => {
    await alice.tab.stop();
    const native = await carol.native();
    native.presence();
    await native.waitFor((stanza) => isPresenceOf(alice.id, stanza));
    const started = logged(stack, 'worker-started');
    const deploying = deploy(stack).catch((error: unknown) => error);
    await waitUntil('the new one to start', () => logged(stack, 'worker-started') > started);
    await stack.restart('bridge');
    await deploying;
    await native.waitFor(
      (stanza) => isPresenceOf(alice.id, stanza) && stanza.attrs['type'] === 'unavailable',
    );
    await alice.openTab();
  },
);
