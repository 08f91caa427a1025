/** Parts die; what was answered stays true, and the rest says that it is not now. */
import { expect } from '@jest/globals';
import { Refused, type Tab } from '../support/tab.ts';
import { story, useStack } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({ change: { xmpp: { timeout: 3 } } });

const hasSeen = (peer: string, body: string) => (tab: Tab) => tab.bodies(peer).includes(body);
const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'ok',
    (error: unknown) => (error as Refused).code,
  );

story(
  'ejabberd is restarted: tabs are told, come back by themselves, and chat goes on',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    await alice.tab.send(bob.id, 'before');
    await stack.end('ejabberd', 'kill');
    await alice.tab.sees('that the link is down', (tab) => !tab.snapshot.connected);
    expect(await codeOf(alice.tab.send(bob.id, 'meanwhile', 'c1'))).toBe('unavailable');
    await stack.restart('ejabberd');
    for (const tab of [alice.tab, bob.tab]) await tab.sees('the link', (one) => one.snapshot.connected);
    await waitUntil(
      'the retry to be accepted',
      async () => (await codeOf(alice.tab.send(bob.id, 'meanwhile', 'c1'))) === 'ok',
    );
    await bob.tab.sees('it', hasSeen(alice.id, 'meanwhile'));
    expect(bob.tab.bodies(alice.id)).toEqual(['before', 'meanwhile']);
    await alice.tab.sees('bob online again', (tab) => tab.show(bob.id) === 'online');
  },
);

story(
  'without the database nothing is said to be sent that is not kept',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    await stack.end('mariadb', 'kill');
    expect(await codeOf(alice.tab.send(bob.id, 'lost?', 'c2'))).toBe('unavailable');
    await stack.restart('mariadb');
    await waitUntil(
      'the retry to be accepted',
      async () => (await codeOf(alice.tab.send(bob.id, 'lost?', 'c2'))) === 'ok',
    );
    await bob.tab.sees('it', hasSeen(alice.id, 'lost?'));
    expect(bob.tab.bodies(alice.id)).toEqual(['lost?']);
  },
);

story(
  'without the component nobody gets in unseen, and who is in chats on',
  used,
  { alice: 1, bob: 1, carol: 0, dave: 1 },
  async ({ alice, bob, dave }, stack) => {
    await stack.end('component', 'kill');
    await alice.tab.send(bob.id, 'still here');
    await bob.tab.sees('it', hasSeen(alice.id, 'still here'));
    expect(await codeOf(dave.tab.send(alice.id, 'now?'))).toBe('not-friends');
    await stack.restart('component');
  },
);
