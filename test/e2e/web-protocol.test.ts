/** The rules of docs/protocol.md, at the wire. */
import { afterEach, expect, test } from '@jest/globals';
import { call, callJsonp, Refused, Tab, type Answer } from '../support/tab.ts';
import type { Event } from '../../bridge/protocol/events.ts';
import { story, useStack, type Person } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({
  change: {
    limits: {
      tabs: 5,
      sendBurst: 5,
      sendRate: 1,
      hold: 1,
      message: 3000,
      page: 4,
      snapshot: 3,
      pollsPerAddress: 8,
      grace: 0,
    },
  },
});

const url = (): string => used.stack.info.bridge.url;
const codeOf = (answer: Answer): string => answer.error?.code ?? 'ok';
const pollOf = (tab: Tab, cursor = tab.cursor): Promise<Answer> =>
  call(url(), 'poll', { u: tab.user, tab: tab.id, cursor });

async function quietTab(person: Person): Promise<Tab> {
  return new Tab(url(), person.id).connect({ token: await person.token() });
}

story(
  'a token of another user, audience, secret or time is refused',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const connect = async (token: string): Promise<string> =>
      codeOf(await call(url(), 'connect', { u: alice.id, token }));
    expect(await connect(await bob.token())).toBe('bad-token');
    expect(await connect(await alice.token({ audience: 'other' }))).toBe('bad-token');
    expect(await connect(await alice.token({ secret: 'x'.repeat(64) }))).toBe('bad-token');
    expect(await connect(await alice.token({ expires: '-2m' }))).toBe('token-expired');
    expect(await connect('garbage')).toBe('bad-token');
    const [, payload] = (await alice.token()).split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload ?? ''}.`;
    expect(await connect(unsigned)).toBe('bad-token');
    expect(await connect(await alice.token())).toBe('ok');
    expect(await connect(await alice.token({ subject: 'nobody-of-that-name' }))).toBe('bad-token');
  },
);

story(
  'a poll names the last event it saw: what a lost answer held is asked for again',
  used,
  { alice: 0, bob: 1 },
  async ({ alice, bob }) => {
    const tab = await quietTab(alice);
    const before = tab.cursor;
    await bob.tab.send(alice.id, 'one');
    const first = await waitUntil('the event', async () => {
      const answer = await pollOf(tab, before);
      return (answer['events'] as unknown[]).length > 0 && answer;
    });
    expect((await pollOf(tab, before))['events']).toEqual(first['events']);
    expect((await pollOf(tab, String(first['cursor'])))['events']).toEqual([]);
  },
);

story('a second poll of a tab ends the first', used, { alice: 0 }, async ({ alice }) => {
  const tab = await quietTab(alice);
  const first = pollOf(tab);
  const second = pollOf(tab);
  const answers = await Promise.all([first, second]);
  expect(answers.filter((answer) => answer['superseded'] === true)).toHaveLength(1);
  expect(answers.every(({ ok }) => ok)).toBe(true);
});

story(
  'a tab or cursor that is not known here is gone, and connect is the way back',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const tab = await quietTab(alice);
    expect(codeOf(await call(url(), 'poll', { u: alice.id, tab: 'x'.repeat(24), cursor: tab.cursor }))).toBe(
      'gone',
    );
    expect(codeOf(await call(url(), 'poll', { u: bob.id, tab: tab.id, cursor: tab.cursor }))).toBe('gone');
    expect(codeOf(await pollOf(tab, 'other:0'))).toBe('gone');
    expect(codeOf(await pollOf(tab, `${tab.cursor}9`))).toBe('gone');
    const back = await new Tab(url(), alice.id).connect({ tab: tab.id });
    expect(back.id).toBe(tab.id);
  },
);

story(
  'a tab that left is gone, and with the last one the XMPP session',
  used,
  { alice: 1 },
  async ({ alice }, stack) => {
    const { tab } = alice;
    await tab.leave();
    expect(codeOf(await pollOf(tab))).toBe('gone');
    expect(codeOf(await call(url(), 'connect', { u: alice.id, tab: tab.id }))).toBe('gone');
    await waitUntil(
      'the session to end',
      async () => !(await stack.ejabberd.ctl('connected_users')).stdout.includes(`${alice.id}@`),
    );
  },
);

story('JSONP does all that JSON does', used, { alice: 0, bob: 1 }, async ({ alice, bob }) => {
  const connected = await callJsonp(url(), 'connect', { u: alice.id, token: await alice.token() });
  const [tab, cursor] = [String(connected['tab']), String(connected['cursor'])];
  const sent = await callJsonp(url(), 'send', {
    u: alice.id,
    tab,
    to: bob.id,
    body: '</script><!-- \u2028',
    cid: 'c1',
  });
  await bob.tab.sees('it', (one) => one.bodies(alice.id).includes('</script><!-- \u2028'));
  const polled = await callJsonp(url(), 'poll', { u: alice.id, tab, cursor });
  const events = polled['events'] as Event[];
  expect(events.filter(({ type }) => type === 'message')).toMatchObject([
    { type: 'message', id: sent['id'], cid: 'c1', body: '</script><!-- \u2028' },
  ]);
  expect(codeOf(await callJsonp(url(), 'poll', { u: alice.id, tab: 'nobody', cursor }))).toBe('gone');
});

story(
  'what is too long for an address is told so before it is lost, and goes by POST with the same cid',
  used,
  { alice: 0, bob: 1 },
  async ({ alice, bob }) => {
    const tab = await quietTab(alice);
    const message = { u: alice.id, tab: tab.id, to: bob.id, body: 'ü'.repeat(1500), cid: 'long' };
    expect((await callJsonp(url(), 'send', message)).error).toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('POST'),
    });
    const sent = await call(url(), 'send', message);
    expect(codeOf(sent)).toBe('ok');
    await bob.tab.sees('it whole', (one) => one.bodies(alice.id).join() === message.body);
    expect(await call(url(), 'send', message)).toEqual(sent);
  },
);

story(
  'answers have as many messages as the operator allows, and say that there are more',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const tab = await quietTab(alice);
    const all = ['word 0', 'word 1', 'word 2', 'word 3', 'word 4'];
    for (const body of all) await tab.send(bob.id, body);
    const bodies = (messages: readonly { body: string }[]): string[] => messages.map(({ body }) => body);
    const page = await tab.history(bob.id, { limit: 50 });
    expect([bodies(page.messages), page.complete]).toEqual([all.slice(1), false]);
    expect(bodies(await tab.search('word', { limit: 50 }))).toEqual(all.slice(1));
    const fresh = await quietTab(alice);
    expect(fresh.bodies(bob.id)).toEqual(all.slice(2));
    expect(fresh.snapshot.conversations[0]?.complete).toBe(false);
  },
);

story(
  'too many tabs, sends and bytes have an answer each',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const tabs = await Promise.all([1, 2, 3, 4, 5].map(() => quietTab(alice)));
    const sixth = await call(url(), 'connect', { u: alice.id, token: await alice.token() });
    expect(sixth.error).toMatchObject({ code: 'too-many-tabs', retryAfter: expect.any(Number) });
    const [tab] = tabs as [Tab, ...Tab[]];
    expect(
      codeOf(
        await call(url(), 'send', { u: alice.id, tab: tab.id, to: bob.id, body: 'x'.repeat(3001), cid: 'c' }),
      ),
    ).toBe('too-large');
    expect(
      codeOf(
        await call(url(), 'send', {
          u: alice.id,
          tab: tab.id,
          to: bob.id,
          body: 'x'.repeat(100_000),
          cid: 'c',
        }),
      ),
    ).toBe('too-large');
    const answers = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) =>
        tab.send(bob.id, `quick ${i}`).then(
          () => 'ok',
          (error: unknown) => (error as Refused).code,
        ),
      ),
    );
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(5);
    expect(new Set(answers)).toEqual(new Set(['ok', 'rate-limited']));
  },
);

story(
  'one address holds so many polls, and no more',
  used,
  { alice: 0, dave: 0 },
  async ({ alice, dave }) => {
    const tabs = await Promise.all([
      ...[1, 2, 3, 4, 5].map(() => quietTab(alice)),
      ...[1, 2, 3, 4, 5].map(() => quietTab(dave)),
    ]);
    const codes = (await Promise.all(tabs.map((tab) => pollOf(tab)))).map(codeOf);
    expect(codes.filter((code) => code === 'ok')).toHaveLength(8);
    expect(codes.filter((code) => code === 'rate-limited')).toHaveLength(2);
    expect(codeOf(await pollOf(tabs[0] as Tab))).toBe('ok'); // their places are free again
  },
);

test.each([
  ['send', {}, 'u is missing'],
  ['send', { u: 'alice', tab: 't', to: 'bob', body: '', cid: 'c' }, 'body is empty'],
  ['send', { u: 'alice', tab: 't', to: 'bob', body: 'x', cid: '<c>' }, 'cid must be'],
  ['poll', { u: ['alice'], tab: 't', cursor: 'e:1' }, 'u is'],
  ['connect', { u: 'alice' }, 'token is missing'],
  ['no-such-call', {}, 'no such call'],
])('%s with %j is refused with a sentence', async (name, parameters, sentence) => {
  const answer = await call(url(), name, parameters);
  expect(answer.error).toMatchObject({ code: 'bad-request', message: expect.stringContaining(sentence) });
});

const raw = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${url()}${path}`, init);

test('a callback that is no name is refused, and not echoed', async () => {
  const response = await raw('/v1/poll?callback=alert(1)%2F%2F');
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain('alert');
});

test('JSON goes to the site’s own pages only, and a foreign page gets no script', async () => {
  const own = used.stack.info.site.url;
  const allowed = async (origin: string): Promise<string | null> =>
    (await raw('/v1/poll', { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed(own)).toBe(own);
  expect(await allowed(own.replace('localhost', '127.0.0.1'))).not.toBeNull();
  for (const foreign of [
    'https://evil.example',
    'null',
    `${own}.evil.example`,
    own.replace('http', 'https'),
  ]) {
    expect(await allowed(foreign)).toBeNull();
    const script = await (
      await raw('/v1/leave?callback=got', { headers: { referer: `${foreign}/page` } })
    ).text();
    expect(script).toContain('"code":"bad-request"');
  }
});

test.each(['/v1/poll', '/v1/connect', '/v1/nothing', '/nothing', '/im.js', '/%', '/v1/poll?callback=got'])(
  '%s is never sniffed, and says nothing of the software',
  async (path) => {
    const response = await raw(path);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-powered-by')).toBeNull();
  },
);

test('a body that is no JSON object is refused', async () => {
  for (const body of ['', 'nonsense', '[]', '1', 'null']) {
    const response = await raw('/v1/send', { method: 'POST', body });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { ok: false, error: { code: 'bad-request' } },
    ]);
  }
  expect((await raw('/v1/send', { method: 'PUT', body: '{}' })).status).toBe(400);
});

test('the operator’s port tells health and metrics', async () => {
  const { metrics } = used.stack.info;
  const text = await (await fetch(metrics.url)).text();
  for (const name of ['im_sessions', 'im_polls_held', 'im_pool_in_use', 'im_calls_total'])
    expect(text).toContain(name);
  expect(await (await fetch(metrics.url.replace('/metrics', '/ready'))).json()).toEqual({
    ready: true,
    reasons: [],
  });
});

afterEach(async () => {
  // Whatever a test did: no poll is left held.
  await waitUntil('held polls to be answered', async () =>
    /^im_polls_held 0$/m.test(await (await fetch(used.stack.info.metrics.url)).text()),
  );
});
