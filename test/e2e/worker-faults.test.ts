/** A worker is killed, hangs, or can't be started: who is in it stays, and friends see nothing. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Element } from '@xmpp/xml';
import { again, deploy, killWorker, say, sayingWhile, workerOf } from '../support/deploying.ts';
import { story, useStack } from '../support/story.ts';
import { Refused, Tab } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({
  change: { limits: { sendRate: 1000, sendBurst: 1000 }, supervisor: { hangTimeout: 3 } },
});

const sees = (tab: Tab, peer: string, body: string): Promise<void> =>
  tab.sees(body, (one) => one.bodies(peer).includes(body));
const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'ok',
    (error: unknown) => (error as Refused).code,
  );

const isPresenceOf = (user: string, { name, attrs }: Element): boolean =>
  name === 'presence' && String(attrs['from']).startsWith(`${user}@`);

story(
  'a worker is killed while people write: the tabs connect with what they have, and have all of it',
  used,
  { alice: 1, bob: 2, carol: 1 },
  async ({ alice, bob, carol }, stack) => {
    await carol.tab.sees('alice', (tab) => tab.show(alice.id) === 'online');
    await bob.tab.stop(); // it polls no more: a fetch that is cut would end its loop
    await bob.tabs[1]?.stop();
    const native = await carol.native();
    native.presence();
    await native.waitFor((stanza) => isPresenceOf(alice.id, stanza));
    const { supervisor } = stack.info.pids;
    const said = await sayingWhile(alice.tab, bob.id, 'k', async () => {
      for (let kill = 0; kill < 3; kill += 1) await killWorker(stack);
    });
    const tabs = await Promise.all(bob.tabs.map(again));
    for (const tab of tabs) {
      tab.start();
      await sees(tab, alice.id, said.at(-1) ?? '');
      const { messages } = await tab.history(alice.id, { limit: 100 });
      expect(messages.map(({ body }) => body)).toEqual(said.slice(-100));
      expect(tab.bodies(alice.id)).toEqual(said.slice(-tab.bodies(alice.id).length));
      await tab.stop();
    }
    expect(native.seen.filter((stanza) => isPresenceOf(alice.id, stanza))).toHaveLength(1);
    expect(stack.info.pids['supervisor']).toBe(supervisor);
  },
);

story(
  'a worker that hangs is replaced, and its sessions go on in the next',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }, stack) => {
    await alice.tab.stop();
    const before = workerOf(stack);
    process.kill(before, 'SIGSTOP');
    await waitUntil(
      'another worker',
      async () => workerOf(stack) !== before && (await fetch(stack.info.metrics.url)).ok,
    );
    const tab = await again(alice.tab);
    await say(tab, bob.id, 'still here');
    expect(await codeOf(tab.poll())).toBe('ok');
  },
);

story(
  'a new worker that can not start leaves the old one, and the reason is told',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    const before = workerOf(stack);
    const settings = join(stack.plan.dir, 'im-bridge.yml');
    const good = readFileSync(settings, 'utf8');
    writeFileSync(settings, `${good}\nnonsense: 1\n`);
    const outcome = await deploy(stack);
    writeFileSync(settings, good);
    expect(outcome.ok).toBe(false);
    expect(outcome.text).toContain('nonsense');
    expect(workerOf(stack)).toBe(before);
    await say(alice.tab, bob.id, 'all the same');
    await sees(bob.tab, alice.id, 'all the same');
    expect((await deploy(stack)).ok).toBe(true);
  },
);

story(
  'a journal that is damaged, or of another version, is none: sessions begin anew, and the next worker serves',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }, stack) => {
    await alice.tab.stop();
    const run = join(stack.plan.dir, 'run');
    for (const text of ['garbage\n', 'im-bridge journal 1\n["whole","x"\nmore\n']) {
      const worker = workerOf(stack);
      process.kill(worker, 'SIGSTOP'); // it writes no more
      for (const name of readdirSync(run))
        if (name.startsWith('journal-')) writeFileSync(join(run, name), text);
      await killWorker(stack);
      expect(await codeOf(alice.tab.poll())).toBe('gone');
      expect(await codeOf(new Tab(alice.tab.url, alice.id).connect({ tab: alice.tab.id }))).toBe('gone');
      const tab = await alice.openTab();
      await tab.stop();
      await say(tab, bob.id, `after ${text.length}`);
    }
  },
);

story(
  'the supervisor is killed: the next one has a worker that goes on with the sessions',
  used,
  { alice: 1, bob: 0, carol: 1 },
  async ({ alice, bob, carol }, stack) => {
    await alice.tab.stop();
    const native = await carol.native();
    native.presence();
    await native.waitFor((stanza) => isPresenceOf(alice.id, stanza));
    await stack.restart('bridge', 'kill');
    const tab = await again(alice.tab);
    await say(tab, bob.id, 'after all');
    expect(native.seen.filter((stanza) => isPresenceOf(alice.id, stanza))).toHaveLength(1);
  },
);

const large = useStack({ change: { supervisor: { memory: 10 } } });

story(
  'a worker that is too large is replaced as in a deploy, and not at once again',
  large,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    const saying = (what: string): number =>
      readFileSync(join(stack.plan.dir, 'logs/bridge.log'), 'utf8').split(what).length - 1;
    await waitUntil('another worker to have taken over', () => saying('"msg":"deploy over"') === 1);
    const second = workerOf(stack);
    await say(alice.tab, bob.id, 'in the second');
    await sees(bob.tab, alice.id, 'in the second');
    expect(workerOf(stack)).toBe(second);
    expect(saying('the worker is too large')).toBe(1);
  },
);
