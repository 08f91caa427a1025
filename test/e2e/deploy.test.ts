/** Another worker takes over, while people write: nothing is lost, doubled or seen, and tabs go on where they were. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import { deploy, say, sayingWhile, workerOf } from '../support/deploying.ts';
import { built } from '../support/root.ts';
import { story, useStack } from '../support/story.ts';
import type { Tab } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({ change: { limits: { hold: 5, sendRate: 1000, sendBurst: 1000 } } });

const sees = (tab: Tab, peer: string, body: string): Promise<void> =>
  tab.sees(body, (one) => one.bodies(peer).includes(body));
const numbers = (tab: Tab): number[] => tab.events.map(({ n }) => n);
const counted = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Each message once, in the order in which it was written. */
function messagesOf(tab: Tab, from: string): string[] {
  return tab.events.flatMap((event) => (event.type === 'message' && event.from === from ? [event.body] : []));
}

/** A stream ends without a last word when its session moves: a browser comes back with the cursor, until it has all. */
const readsAgain = (tab: Tab, isThere: () => boolean): Promise<unknown> =>
  waitUntil('a stream that goes on', async () => {
    await tab.stop();
    await tab.stream();
    return waitUntil('it', isThere, { timeout: 1000 });
  });

story(
  'three deploys while alice writes: each message comes once, and nobody notices',
  used,
  { alice: 2, bob: 2 },
  async ({ alice, bob }, stack) => {
    await bob.tab.sees('alice', (tab) => tab.show(alice.id) === 'online');
    await say(alice.tab, bob.id, 'before');
    for (const tab of bob.tabs) await sees(tab, alice.id, 'before');
    const before = workerOf(stack);
    const start = [...alice.tabs, ...bob.tabs].map((tab) => ({ tab, last: tab.events.at(-1)?.n ?? 0 }));
    const presences = bob.tab.events.filter(({ type }) => type === 'presence').length;
    const said: string[] = ['before'];
    for (const name of ['first', 'second', 'third']) {
      const outcomes: boolean[] = [];
      const more = await sayingWhile(alice.tab, bob.id, name, async () => {
        outcomes.push((await deploy(stack)).ok);
      });
      said.push(...more);
      expect(outcomes).toEqual([true]);
    }
    await say(alice.tab, bob.id, 'after');
    for (const tab of bob.tabs) await sees(tab, alice.id, 'after');
    for (const tab of bob.tabs) expect(messagesOf(tab, alice.id)).toEqual([...said, 'after']);
    for (const { tab, last } of start) {
      const seen = numbers(tab).filter((n) => n > last);
      expect(seen).toEqual(counted(last + 1, last + seen.length)); // one log, without a gap
    }
    expect(bob.tab.events.filter(({ type }) => type === 'presence')).toHaveLength(presences);
    expect(bob.tab.events.map(({ type }) => type)).not.toContain('link');
    expect(workerOf(stack)).not.toBe(before);
  },
);

story(
  'im-bridge deploy and SIGHUP have another worker take over, and a stream is read on there',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    const { tab } = bob;
    await tab.stop();
    await tab.stream();
    const first = workerOf(stack);
    const cli = [built('bridge/cli.js'), 'deploy', '--dir', stack.plan.dir];
    const { stdout } = await promisify(execFile)(process.execPath, cli);
    expect(stdout).toMatch(/^worker \d+ has taken over from \d+\n$/);
    const second = workerOf(stack);
    expect(second).not.toBe(first);
    process.kill(stack.info.pids['supervisor'] ?? 0, 'SIGHUP');
    await waitUntil('the third worker', () => workerOf(stack) !== second);
    await say(alice.tab, bob.id, 'to the third');
    await readsAgain(tab, () => tab.bodies(alice.id).includes('to the third'));
    expect(tab.ends).toEqual([]);
    expect(messagesOf(tab, alice.id)).toEqual(['to the third']);
  },
);

story('a command that finds no bridge says so', used, {}, async () => {
  const cli = [built('bridge/cli.js'), 'deploy', '--dir', '/nowhere'];
  const failed = await promisify(execFile)(process.execPath, cli).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no such file') as unknown,
  });
});
