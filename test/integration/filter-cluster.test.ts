/** A friendship that ends is over on every node of a cluster at once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { Ejabberd } from '../support/ejabberd.ts';
import type { NativeClient } from '../support/native-client.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
let second: Ejabberd;

beforeAll(async () => {
  second = await core.startSecondNode();
}, 120_000);
afterAll(async () => {
  await core.goHome();
  await second.stop();
});

const ping = (client: NativeClient): Promise<Element> =>
  client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }));
const withId = (id: string) => (stanza: Element) => stanza.attrs['id'] === id;
const comes = (user: string) => (stanza: Element) =>
  stanza.is('presence') &&
  String(stanza.attrs['from']).startsWith(core.addressOf(user)) &&
  stanza.attrs['type'] === undefined;

/** alice is on the first node, bob on the second. */
async function together(): Promise<[NativeClient, NativeClient]> {
  const alice = await core.login('alice');
  const bob = await core.login('bob', { port: second.ports.c2s });
  for (const client of [alice, bob]) client.presence();
  await Promise.all([alice.waitFor(comes('bob')), bob.waitFor(comes('alice'))]);
  return [alice, bob];
}

async function passes(from: NativeClient, to: NativeClient, id: string): Promise<void> {
  from.chat(to.address, id, id);
  await to.waitFor(withId(id), `${id} from the other node`);
}

async function isRefused(from: NativeClient, to: NativeClient, id: string): Promise<void> {
  from.chat(to.address, id, id);
  const answer = await from.waitFor(withId(id));
  expect(answer.getChild('error')?.getChild('not-allowed')).toBeDefined();
  await ping(to);
  expect(to.seen.some(withId(id))).toBe(false);
}

test.each(['first', 'second'])(
  'a refresh on the %s node ends what alice and bob may send across nodes, and a new friendship begins it again',
  async (which) => {
    const node = which === 'first' ? core.ejabberd : second;
    const refresh = async (): Promise<void> => {
      for (const user of ['alice', 'bob']) await node.api('im_refresh', { user, host: core.domain });
    };
    const [alice, bob] = await together();
    await passes(alice, bob, `there-${which}`);
    await passes(bob, alice, `back-${which}`);
    await core.unfriend('alice', 'bob');
    await refresh();
    await isRefused(alice, bob, `no-more-there-${which}`);
    await isRefused(bob, alice, `no-more-back-${which}`);
    await core.befriend('alice', 'bob');
    await refresh();
    await passes(alice, bob, `again-there-${which}`);
    await passes(bob, alice, `again-back-${which}`);
  },
);
