/** What an operator types: our commands with their help, and ejabberd's own, which go on working. */
import { expect, test } from '@jest/globals';
import xml from '@xmpp/xml';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const ours = [
  ...['im_friends', 'im_are_friends', 'im_refresh', 'im_filter_counters', 'im_code', 'im_load_code'],
  ...['im_trace_add', 'im_trace_list', 'im_trace_remove'],
];

async function ctl(...words: string[]): Promise<string> {
  const { code, stdout } = await core.ejabberd.ctl(...words);
  expect([words[0], code]).toEqual([words[0], 0]);
  return stdout.trim();
}

test.each(ours)('%s says in its help what it does', async (name) => {
  const { stdout } = await core.ejabberd.ctl('help', name);
  expect(stdout).toContain(name);
  expect(stdout).toMatch(/Description|desc/i);
  expect(stdout.length).toBeGreaterThan(200);
});

test('the filter says why: friends, strangers, nobody, oneself', async () => {
  const why = (a: string, b: string): Promise<string> => ctl('im_are_friends', a, b, core.domain);
  expect(await why('alice', 'bob')).toMatch(/^yes\tthey are friends/);
  expect(await why('alice', 'dave')).toMatch(/^no\tthey are not friends/);
  expect(await why('alice', 'no-such-account')).toMatch(/^no\t/);
  expect(await why('ALICE', 'alice')).toMatch(/^yes\tthey are the same account/);
  await core.component.stop();
  try {
    expect(await why('alice', 'bob')).toMatch(/^unknown\tthe component does not answer/);
  } finally {
    await core.startComponent();
  }
});

test('the counters tell what passed and what did not', async () => {
  const counters = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await ctl('im_filter_counters', core.domain))
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([name = '', count]) => [name, Number(count)]),
    );
  const [alice, dave] = [await core.login('alice'), await core.login('dave')];
  const before = await counters();
  expect([before['loaded'], before['failed']]).toEqual([0, 0]); // nobody has asked for a list yet
  alice.chat(core.addressOf('bob'), 'hello');
  const id = dave.chat(core.addressOf('alice'), 'hello');
  dave.presence({ to: core.addressOf('alice'), type: 'subscribe' });
  await dave.waitFor((stanza) => stanza.attrs['id'] === id);
  for (const client of [alice, dave])
    await client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), core.domain);
  const after = await counters();
  const more = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
  expect([more('passed'), more('stranger'), more('subscription')]).toEqual([3, 1, 1]);
  expect(after['loaded']).toBe(2);
});

test('ejabberd’s own commands go on working', async () => {
  const alice = await core.login('alice', { resource: 'desk' });
  alice.presence();
  await alice.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), core.domain);
  expect(await ctl('connected_users')).toContain('alice@im.test/desk');
  expect(await ctl('user_resources', 'alice', core.domain)).toBe('desk');
  expect(await ctl('get_roster', 'alice', core.domain)).toContain('bob@im.test');
  expect((await core.ejabberd.ctl('check_password', 'alice', core.domain, 'pw-alice')).code).toBe(0);
  expect((await core.ejabberd.ctl('check_password', 'alice', core.domain, 'wrong')).code).not.toBe(0);
  expect((await core.ejabberd.ctl('check_account', 'no-such-account', core.domain)).code).not.toBe(0);
  expect(await ctl('kick_user', 'alice', core.domain)).toMatch(/1$/); // COMPAT: later ones say it in words
  await alice.waitFor((element) => element.is('error') && element.getChild('policy-violation') !== undefined);
});
