/** Server-Sent Events, and changing the transport in the middle. */
import { expect } from '@jest/globals';
import { story, useStack } from '../support/story.ts';
import { callJsonp, type Refused, type Tab } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({
  change: { limits: { hold: 2, streamBuffer: 20_000, sendRate: 1000, sendBurst: 1000 } },
});

const numbers = (tab: Tab): number[] => tab.events.map(({ n }) => n);
const sees = (tab: Tab, peer: string, body: string): Promise<void> =>
  tab.sees(body, (one) => one.bodies(peer).includes(body));

story(
  'a stream brings what polls bring, with a cursor behind each event',
  used,
  { alice: 2, bob: 1 },
  async ({ alice, bob }) => {
    const [polled, streamed] = alice.tabs as [Tab, Tab];
    await streamed.stop();
    await streamed.stream();
    for (let n = 0; n < 5; n += 1) await bob.tab.send(alice.id, `m${n}`);
    for (const tab of [polled, streamed]) await sees(tab, bob.id, 'm4');
    expect(streamed.snapshot).toEqual(polled.snapshot);
    await waitUntil('the same cursor', () => streamed.cursor === polled.cursor);
    expect(streamed.events.slice(-10)).toEqual(polled.events.slice(-10));
  },
);

story(
  'JSON, JSONP and streams in turn, on one cursor: nothing lost, nothing twice',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, { info }) => {
    const { tab } = alice;
    await tab.stop();
    for (let round = 0; round < 4; round += 1) {
      await bob.tab.send(alice.id, `poll ${round}`);
      while (!tab.bodies(bob.id).includes(`poll ${round}`)) await tab.poll();
      await tab.stream();
      await bob.tab.send(alice.id, `stream ${round}`);
      await sees(tab, bob.id, `stream ${round}`);
      await tab.stop();
      await bob.tab.send(alice.id, `jsonp ${round}`);
      const answer = await callJsonp(info.bridge.url, 'poll', {
        u: alice.id,
        tab: tab.id,
        cursor: tab.cursor,
      });
      tab.take(answer);
      await bob.tab.send(alice.id, `between ${round}`);
    }
    while (!tab.bodies(bob.id).includes('between 3')) await tab.poll();
    const expected = [0, 1, 2, 3].flatMap((n) =>
      ['poll', 'stream', 'jsonp', 'between'].map((how) => `${how} ${n}`),
    );
    expect(tab.bodies(bob.id)).toEqual(expected);
    expect(numbers(tab)).toEqual([...new Set(numbers(tab))].sort((a, b) => a - b));
  },
);

story(
  'a browser that comes back by itself goes on from the last event that it had',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const { tab } = alice;
    await tab.stop();
    const opened = tab.cursor;
    await tab.stream();
    await bob.tab.send(alice.id, 'before');
    await sees(tab, bob.id, 'before');
    await tab.stop();
    const last = tab.cursor;
    await bob.tab.send(alice.id, 'meanwhile');
    tab.cursor = opened; // as the address still says
    const seen = tab.events.length;
    await tab.stream({ 'last-event-id': last });
    await sees(tab, bob.id, 'meanwhile');
    expect(tab.events.slice(seen).filter(({ type }) => type === 'message')).toHaveLength(1);
  },
);

story(
  'a tab has one reader: a poll ends its stream, a stream its poll, and leaving ends both',
  used,
  { alice: 1, bob: 0 },
  async ({ alice }) => {
    const { tab } = alice;
    await tab.stop();
    await tab.stream();
    await tab.poll();
    expect(tab.ends).toEqual(['superseded']);
    const held = tab.poll();
    await tab.stream();
    expect(await held).toEqual([]);
    const again = await alice.openTab();
    await again.stop();
    await again.stream();
    await again.leave({ reading: true });
    await waitUntil('the end', () => again.ends.includes('gone'));
  },
);

story(
  'what can not be read on from is told before a stream begins',
  used,
  { alice: 1 },
  async ({ alice }) => {
    const { tab } = alice;
    await tab.stop();
    for (const cursor of ['other:1', 'nonsense', `${tab.cursor}9999`]) {
      tab.cursor = cursor;
      const code = await tab.stream().then(
        () => 'ok',
        (error: unknown) => (error as Refused).code,
      );
      expect(code).toBe('gone');
    }
  },
);

story(
  'a reader that does not read is cut, and misses nothing when it comes back',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, { info }) => {
    const { tab } = alice;
    await tab.stop();
    const query = new URLSearchParams({ u: alice.id, tab: tab.id, cursor: tab.cursor });
    const silent = await fetch(`${info.bridge.url}/v1/stream?${query.toString()}`);
    const text = 'x'.repeat(15_000);
    await waitUntil('it to be cut', async () => {
      await Promise.all(Array.from({ length: 20 }, () => bob.tab.send(alice.id, text)));
      const metrics = await (await fetch(info.metrics.url)).text();
      return /^im_streams_cut_total 1$/m.test(metrics);
    });
    await silent.body?.cancel().catch(() => undefined);
    await bob.tab.send(alice.id, 'the last');
    tab.start();
    await sees(tab, bob.id, 'the last');
    await sees(bob.tab, alice.id, 'the last');
    expect(tab.bodies(bob.id)).toEqual(bob.tab.bodies(alice.id));
  },
);
