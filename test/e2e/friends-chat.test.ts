/** What members see: friends chat, in all their tabs, and nobody else reaches them. */
import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { Refused, type Tab } from '../support/tab.ts';
import { story, useStack } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack();

const hasSeen = (peer: string, body: string) => (tab: Tab) => tab.bodies(peer).includes(body);
const refusal = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Refused ? error.code : String(error)),
  );

story(
  'a message is in every tab of both, with one id for each of them',
  used,
  { alice: 3, bob: 2 },
  async ({ alice, bob }) => {
    const sent = await alice.tab.send(bob.id, 'hello');
    for (const tab of [...alice.tabs, ...bob.tabs]) {
      const peer = tab.user === alice.id ? bob.id : alice.id;
      await tab.sees('the message', hasSeen(peer, 'hello'));
    }
    const ids = (tabs: readonly Tab[], peer: string): Set<string | undefined> =>
      new Set(
        tabs.map((tab) => tab.snapshot.conversations.find((other) => other.with === peer)?.messages[0]?.id),
      );
    expect(ids(alice.tabs, bob.id)).toEqual(new Set([sent.id]));
    expect(ids(bob.tabs, alice.id).size).toBe(1);
  },
);

story('friends see each other come and go', used, { alice: 1, bob: 0 }, async ({ alice, bob }) => {
  expect(alice.tab.show(bob.id)).toBe('offline');
  const native = await bob.native();
  native.presence();
  await alice.tab.sees('bob online', (tab) => tab.show(bob.id) === 'online');
  await native.close();
  await alice.tab.sees('bob offline', (tab) => tab.show(bob.id) === 'offline');
});

story(
  'a stranger’s message is refused, and so is one to nobody: with the same words',
  used,
  { alice: 1, dave: 1 },
  async ({ alice, dave }) => {
    expect(await refusal(dave.tab.send(alice.id, 'let me in'))).toBe('not-friends');
    expect(await refusal(alice.tab.send(dave.id, 'hello'))).toBe('not-friends');
    expect(await refusal(dave.tab.send('no-such-account', 'hello'))).toBe('not-friends');
    expect(await refusal(dave.tab.send('No Such Account', 'hello'))).toBe('not-friends');
    expect(await refusal(dave.tab.send(dave.id, 'to myself'))).toBe('bad-request');
    const later = await dave.openTab();
    expect(later.snapshot.conversations).toEqual([]);
    expect(alice.tab.snapshot.conversations).toEqual([]);
  },
);

story('four tabs of a user are one XMPP session', used, { alice: 4 }, async ({ alice }, stack) => {
  const { stdout } = await stack.ejabberd.ctl('connected_users');
  const own = stdout.split('\n').filter((line) => line.startsWith(`${alice.id}@`));
  expect(own).toHaveLength(1);
});

story(
  'staff with a native client chat with members in the page',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }, stack) => {
    const native = await bob.native();
    native.presence();
    await waitUntil('bob to see alice online', () =>
      native.seen.find(
        ({ name, attrs }) => name === 'presence' && String(attrs['from']).startsWith(`${alice.id}@`),
      ),
    );
    await alice.tab.send(bob.id, 'from the page');
    const message = await native.waitFor((stanza) => stanza.getChildText('body') === 'from the page');
    native.chat(String(message.attrs['from']).split('/')[0] ?? '', 'from my desk');
    await alice.tab.sees('the answer', hasSeen(bob.id, 'from my desk'));
    expect(stack.info.xmpp.starttlsPort).toBeGreaterThan(0);
  },
);

story(
  'what a native client of the own account sends is in the page too',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    const native = await alice.native();
    native.presence();
    native.chat(`${bob.id}@${stack.info.xmpp.domain}`, 'from my phone');
    await bob.tab.sees('it', hasSeen(alice.id, 'from my phone'));
    await alice.tab.sees('it', hasSeen(bob.id, 'from my phone'));
    expect(alice.tab.snapshot.conversations[0]?.messages[0]).toMatchObject({ from: alice.id, with: bob.id });
  },
);

story(
  'messages stand in one order in all tabs of a user, and after a reload',
  used,
  { alice: 2, bob: 2 },
  async ({ alice, bob }) => {
    const [a, b] = [alice.tab, bob.tab];
    const bodies = Array.from({ length: 20 }, (_, i) => `message ${i}`);
    await Promise.all(bodies.map((body, i) => (i % 2 === 0 ? a.send(bob.id, body) : b.send(alice.id, body))));
    for (const tab of alice.tabs) await tab.sees('all', (one) => one.bodies(bob.id).length === 20);
    const live = alice.tab.bodies(bob.id);
    expect([...live].sort()).toEqual([...bodies].sort());
    expect(alice.tabs[1]?.bodies(bob.id)).toEqual(live);
    const reloaded = await alice.openTab();
    expect(reloaded.bodies(bob.id)).toEqual(live);
  },
);

story(
  'a message to a friend who is offline is there when the friend comes',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }) => {
    await alice.tab.send(bob.id, 'for later');
    const tab = await bob.openTab();
    await tab.sees('the message', hasSeen(alice.id, 'for later'));
    expect(tab.bodies(alice.id)).toEqual(['for later']);
  },
);

story(
  'a send that is repeated with its cid is sent once, and gets the first answer',
  used,
  { alice: 2, bob: 1 },
  async ({ alice, bob }) => {
    const cid = randomUUID();
    const together = await Promise.all([1, 2, 3].map(() => alice.tab.send(bob.id, 'once', cid)));
    const later = await alice.tabs[1]?.send(bob.id, 'once', cid);
    expect(new Set([...together, later].map((answer) => answer?.id)).size).toBe(1);
    await alice.tab.send(bob.id, 'and then');
    await bob.tab.sees('both', (tab) => tab.bodies(alice.id).includes('and then'));
    expect(bob.tab.bodies(alice.id)).toEqual(['once', 'and then']);
    expect(await refusal(alice.tab.send(bob.id, 'other words', cid))).toBe('bad-request');
  },
);

story(
  'any text arrives as it was typed, or with U+FFFD where XML has no way to say it',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const texts = [
      '<b>&amp;"\'</b>',
      '\u{1F468}\u200D\u{1F469}\u200D\u{1F467} €',
      ']]>',
      '‮right to left',
      'tab\there\nand a line',
      'a\u0000\u0001\u000b\uFFFEb',
      'half \uD800 pair',
    ];
    for (const text of texts) await alice.tab.send(bob.id, text);
    await bob.tab.sees('all', (tab) => tab.bodies(alice.id).length === texts.length);
    await alice.tab.sees('all', (tab) => tab.bodies(bob.id).length === texts.length);
    expect(alice.tab.bodies(bob.id)).toEqual(bob.tab.bodies(alice.id));
    expect(bob.tab.bodies(alice.id)).toEqual([
      ...texts.slice(0, 5),
      'a\uFFFD\uFFFD\uFFFD\uFFFDb',
      'half \uFFFD pair',
    ]);
  },
);
