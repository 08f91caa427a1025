/** One user on two bridges at once: affinity saves work, correctness never depends on it. */
import { afterAll, expect, test } from '@jest/globals';
import { startSecondBridge } from '../support/second-bridge.ts';
import { story, useStack } from '../support/story.ts';
import { Tab } from '../support/tab.ts';

const used = useStack({ change: { limits: { grace: 1 } } });
let second: Awaited<ReturnType<typeof startSecondBridge>> | undefined;
afterAll(() => second?.stop());

test('a second bridge starts beside the first', async () => {
  second = await startSecondBridge(used.stack.plan.dir);
  expect((await fetch(second.url)).status).toBe(404);
});

story(
  'messages, read markers, UI state and presence are the same on both',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const here = alice.tab;
    const there = await new Tab(second?.url ?? '', alice.id).connect({ token: await alice.token() });
    there.start();
    try {
      await there.send(bob.id, 'from there');
      await here.sees('it', (tab) => tab.bodies(bob.id).includes('from there'));
      await bob.tab.send(alice.id, 'to both');
      for (const tab of [here, there])
        await tab.sees('the answer', (one) => one.bodies(bob.id).includes('to both'));
      expect(here.snapshot.conversations[0]?.messages).toEqual(there.snapshot.conversations[0]?.messages);

      const upTo = here.snapshot.conversations[0]?.messages.at(-1)?.id ?? '';
      await here.read(bob.id, upTo);
      await there.sees('it read', (tab) => tab.snapshot.conversations[0]?.unread === 0);

      await Promise.all([here.setUi({ here: 1, both: 'here' }), there.setUi({ there: 2, both: 'there' })]);
      for (const tab of [here, there]) await tab.sees('both', (one) => one.snapshot.uiVersion === 2);
      expect(here.snapshot.ui).toMatchObject({ here: 1, there: 2 });
      expect(there.snapshot.ui).toEqual(here.snapshot.ui);

      await there.setPresence('dnd', 'busy');
      await here.sees('the choice', (tab) => tab.snapshot.me.show === 'dnd');
      await bob.tab.sees('it', (tab) => tab.show(alice.id) === 'dnd');
    } finally {
      await there.leave();
    }
  },
);
