/** Conversations: unread, read, receipts, typing, history, search, and what waits for who is offline. */
import { expect } from '@jest/globals';
import xml from '@xmpp/xml';
import type { ConversationView } from '../../bridge/protocol/snapshot.ts';
import { story, useStack } from '../support/story.ts';
import type { HistoryPage, Tab } from '../support/tab.ts';

const used = useStack({ change: { limits: { grace: 0.5, sendBurst: 1000, callBurst: 1000 } } });

const withPeer = (tab: Tab, peer: string): ConversationView | undefined =>
  tab.snapshot.conversations.find((conversation) => conversation.with === peer);
const unread = (tab: Tab, peer: string): number => withPeer(tab, peer)?.unread ?? 0;
const lastId = (tab: Tab, peer: string): string => withPeer(tab, peer)?.messages.at(-1)?.id ?? '';

/** Waits until nothing of the session is left: what is seen later was kept. */
async function closeAll(tabs: readonly Tab[], friend: Tab, user: string): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.leave()));
  await friend.sees(`${user} gone`, (tab) => tab.show(user) === 'offline');
}

story(
  'unread is the same in every tab, and ends in all of them when one has read',
  used,
  { alice: 3, bob: 1 },
  async ({ alice, bob }) => {
    for (const body of ['one', 'two', 'three']) await bob.tab.send(alice.id, body);
    for (const tab of alice.tabs) await tab.sees('three unread', (one) => unread(one, bob.id) === 3);
    const second = withPeer(alice.tab, bob.id)?.messages[1]?.id ?? '';
    expect(await alice.tab.read(bob.id, second)).toBe(1);
    for (const tab of alice.tabs) await tab.sees('one unread', (one) => unread(one, bob.id) === 1);
    expect(await alice.tabs[1]?.read(bob.id, lastId(alice.tab, bob.id))).toBe(0);
    for (const tab of alice.tabs) await tab.sees('none', (one) => unread(one, bob.id) === 0);
    expect(await alice.tab.read(bob.id, second)).toBe(0);
  },
);

story(
  'the sender sees a message delivered and read, also when that happened while away',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const first = await alice.tab.send(bob.id, 'first');
    await alice.tab.sees('it delivered', (tab) =>
      tab.events.some(
        (event) => event.type === 'receipt' && event.id === first.id && event.state === 'delivered',
      ),
    );
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('first'));
    await bob.tab.read(alice.id, lastId(bob.tab, alice.id));
    await alice.tab.sees('it read', (tab) => withPeer(tab, bob.id)?.peerReadUpTo === first.id);
    const second = await alice.tab.send(bob.id, 'second');
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('second'));
    await closeAll(alice.tabs, bob.tab, alice.id);
    await bob.tab.read(alice.id, lastId(bob.tab, alice.id));
    const later = await alice.openTab();
    await later.sees('it read', (tab) => withPeer(tab, bob.id)?.peerReadUpTo === second.id);
  },
);

story(
  'who answers has read, and the friend sees that at once',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const question = await alice.tab.send(bob.id, 'where are you?');
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('where are you?'));
    await bob.tab.send(alice.id, 'on the train');
    await alice.tab.sees('it read', (tab) => withPeer(tab, bob.id)?.peerReadUpTo === question.id);
  },
);

story(
  'the sender never learns what was read by who was invisible, at once or later',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const first = await alice.tab.send(bob.id, 'first');
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('first'));
    await bob.tab.read(alice.id, lastId(bob.tab, alice.id));
    await alice.tab.sees('it read', (tab) => withPeer(tab, bob.id)?.peerReadUpTo === first.id);
    await bob.tab.setPresence('invisible');
    await alice.tab.send(bob.id, 'second');
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('second'));
    expect(await bob.tab.read(alice.id, lastId(bob.tab, alice.id))).toBe(0);
    await bob.tab.setPresence('online');
    await closeAll(alice.tabs, bob.tab, alice.id);
    const later = await alice.openTab();
    expect(withPeer(later, bob.id)?.peerReadUpTo).toBe(first.id);
    const third = await later.send(bob.id, 'third');
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('third'));
    await bob.tab.read(alice.id, lastId(bob.tab, alice.id));
    await later.sees('all read', (tab) => withPeer(tab, bob.id)?.peerReadUpTo === third.id);
  },
);

story(
  'what was read and what was not is the same after all tabs were closed',
  used,
  { alice: 1, bob: 1, carol: 1 },
  async ({ alice, bob, carol }) => {
    for (const body of ['b1', 'b2', 'b3']) await bob.tab.send(alice.id, body);
    await carol.tab.send(alice.id, 'c1');
    await alice.tab.sees('all', (tab) => unread(tab, bob.id) === 3 && unread(tab, carol.id) === 1);
    await alice.tab.read(bob.id, withPeer(alice.tab, bob.id)?.messages[0]?.id ?? '');
    await alice.tab.read(carol.id, lastId(alice.tab, carol.id));
    await closeAll(alice.tabs, bob.tab, alice.id);
    await bob.tab.send(alice.id, 'b4');
    const later = await alice.openTab();
    expect(withPeer(later, bob.id)).toMatchObject({ unread: 3, complete: true });
    expect(withPeer(later, carol.id)).toMatchObject({ unread: 0 });
    expect(later.bodies(bob.id)).toEqual(['b1', 'b2', 'b3', 'b4']);
  },
);

story(
  'messages to somebody who is offline arrive once, when they come, with what they were told then',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }) => {
    const sent: { id: string }[] = [];
    for (let n = 0; n < 5; n += 1) sent.push(await alice.tab.send(bob.id, `waiting ${n}`));
    const tab = await bob.openTab();
    await tab.sees('all', (one) => one.bodies(alice.id).length === 5);
    expect(tab.bodies(alice.id)).toEqual([0, 1, 2, 3, 4].map((n) => `waiting ${n}`));
    expect(unread(tab, alice.id)).toBe(5);
    await alice.tab.sees('them delivered', (one) =>
      sent.every(({ id }) => one.events.some((event) => event.type === 'receipt' && event.id === id)),
    );
    const again = await bob.openTab();
    expect(again.bodies(alice.id)).toHaveLength(5);
  },
);

story(
  'typing is seen by the friend alone, and by no tab of one’s own',
  used,
  { alice: 2, bob: 1, dave: 1 },
  async ({ alice, bob, dave }) => {
    await alice.tab.typing(bob.id, 'composing');
    await bob.tab.sees('alice typing', (tab) =>
      tab.events.some(
        (event) => event.type === 'typing' && event.with === alice.id && event.state === 'composing',
      ),
    );
    await alice.tab.typing(bob.id, 'paused');
    await bob.tab.sees('the pause', (tab) =>
      tab.events.some((event) => event.type === 'typing' && event.state === 'paused'),
    );
    await dave.tab.typing(alice.id, 'composing');
    await bob.tab.send(alice.id, 'hi');
    for (const tab of alice.tabs) await tab.sees('the message', (one) => one.bodies(bob.id).includes('hi'));
    expect(alice.tabs.flatMap(({ events }) => events).filter(({ type }) => type === 'typing')).toEqual([]);
  },
);

story(
  'history goes back to the first message, page by page, with the ids that tabs have seen live',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const count = 65;
    for (let n = 0; n < count; n += 1)
      await (n % 2 === 0 ? alice : bob).tab.send(n % 2 === 0 ? bob.id : alice.id, `m${n}`);
    await alice.tab.sees('all', (tab) => tab.bodies(bob.id).includes(`m${count - 1}`));
    const live = withPeer(alice.tab, bob.id)?.messages ?? [];
    const tab = await alice.openTab();
    let messages = [...(withPeer(tab, bob.id)?.messages ?? [])];
    expect(messages).toHaveLength(20);
    let page: HistoryPage = { messages, complete: false };
    while (!page.complete) {
      page = await tab.history(bob.id, { before: messages[0]?.id ?? '', limit: 20 });
      messages = [...page.messages, ...messages];
    }
    expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: count }, (_, n) => `m${n}`));
    expect(messages).toEqual(live);
  },
);

story(
  'search finds one’s own messages by their words, with one person or with all, and nobody else’s',
  used,
  { alice: 1, bob: 1, carol: 1 },
  async ({ alice, bob, carol }) => {
    await bob.tab.send(alice.id, 'The quick brown fox jumps');
    await carol.tab.send(alice.id, 'a brown bear sleeps');
    await alice.tab.send(bob.id, 'What a FOX, Größe 42!');
    await carol.tab.sees('nothing more to come', () => true);
    const found = async (q: string, peer?: string): Promise<string[]> =>
      (await alice.tab.search(q, peer === undefined ? {} : { with: peer })).map(({ body }) => body);
    expect(await found('brown')).toEqual(['The quick brown fox jumps', 'a brown bear sleeps']);
    expect(await found('fox', bob.id)).toEqual(['The quick brown fox jumps', 'What a FOX, Größe 42!']);
    expect(await found('quick fox')).toEqual(['The quick brown fox jumps']);
    expect(await found('größe')).toEqual(['What a FOX, Größe 42!']);
    expect(await found('brown', bob.id)).toEqual(['The quick brown fox jumps']);
    expect(await found("' OR 1=1 -- %")).toEqual([]);
    expect(await bob.tab.search('bear')).toEqual([]);
  },
);

story(
  'what is written and read with a native client shows in the tabs',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, { info }) => {
    const phone = await alice.native();
    phone.presence();
    await phone.iq('set', xml('enable', { xmlns: 'urn:xmpp:carbons:2' }));
    await bob.tab.send(alice.id, 'where are you?', 'cid-of-bob');
    await phone.waitFor((stanza) => stanza.getChildText('body') === 'where are you?');
    await alice.tab.sees('it unread', (tab) => unread(tab, bob.id) === 1);
    const to = `${bob.id}@${info.xmpp.domain}`;
    phone.send(
      xml(
        'message',
        { to, type: 'chat' },
        xml('displayed', { xmlns: 'urn:xmpp:chat-markers:0', id: 'cid-of-bob' }),
      ),
    );
    await alice.tab.sees('it read', (tab) => unread(tab, bob.id) === 0);
    await bob.tab.sees('that too', (tab) => withPeer(tab, alice.id)?.peerReadUpTo === lastId(tab, alice.id));
    phone.chat(to, 'on the train');
    for (const tab of [alice.tab, bob.tab])
      await tab.sees('the answer', (one) =>
        one.bodies(one === alice.tab ? bob.id : alice.id).includes('on the train'),
      );
  },
);

story(
  'UI state is the last that was written, in every tab, and stays',
  used,
  { alice: 2, bob: 1 },
  async ({ alice, bob }) => {
    const [one, two] = alice.tabs as [Tab, Tab];
    const first = await one.setUi({ open: [bob.id], 'draft:bob': 'hello, I', sound: false });
    await two.sees('it', (tab) => tab.snapshot.uiVersion === first);
    const second = await two.setUi({ 'draft:bob': null, sound: true });
    expect(second).toBeGreaterThan(first);
    await one.sees('that', (tab) => tab.snapshot.uiVersion === second);
    for (const { snapshot } of alice.tabs) expect(snapshot.ui).toEqual({ open: [bob.id], sound: true });
    await closeAll(alice.tabs, bob.tab, alice.id);
    const later = await alice.openTab();
    expect(later.snapshot).toMatchObject({ ui: { open: [bob.id], sound: true }, uiVersion: second });
  },
);

story('one tab rings for a message, and no other', used, { alice: 3, bob: 1 }, async ({ alice, bob }) => {
  await alice.tabs[0]?.setActive(false);
  await alice.tabs[2]?.setActive(false);
  for (const body of ['ring', 'ring again']) await bob.tab.send(alice.id, body);
  for (const tab of alice.tabs) await tab.sees('both', (one) => one.bodies(bob.id).length === 2);
  const numbers = alice.tab.events.flatMap((event) => (event.type === 'message' ? [event.n] : []));
  expect(alice.tabs.map(({ rings }) => rings)).toEqual([[], numbers, []]);
  expect(bob.tab.rings).toEqual([]);
});
