/** What Prometheus reads of a whole stack: the numbers follow what people do, and what breaks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { alerts } from '../support/operations/alerts.ts';
import { allMetrics } from '../support/operations/metrics.ts';
import { scraping, type Scraped } from '../support/scraped.ts';
import type { Stack } from '../support/stack.ts';
import { whileStopped } from '../support/stopped.ts';
import { siteDatabase, story, useStack } from '../support/story.ts';
import type { Refused, Tab } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({
  change: { xmpp: { timeout: 3 }, mysql: { pool: { size: 2, acquireTimeout: 0.5, queryTimeout: 0.5 } } },
});

type Part = 'bridge' | 'component' | 'ejabberd';
type Labels = Readonly<Record<string, string>>;

/** How much more of something there is than at the beginning. */
async function since(part: Part): Promise<(name: string, labels?: Labels) => Promise<number>> {
  const look = scraping(used.stack)[part];
  const before = await look();
  return async (name, labels) => (await look()).sum(name, labels) - before.sum(name, labels);
}

const hasSeen = (peer: string, body: string) => (tab: Tab) => tab.bodies(peer).includes(body);
const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'ok',
    (error: unknown) => (error as Refused).code,
  );

/** The lines of this event in the logs of the stack. */
function linesOf({ plan: { dir } }: Stack, event: string): Record<string, unknown>[] {
  const files = readdirSync(join(dir, 'logs')).filter((name) => name.endsWith('.log'));
  return files
    .flatMap((name) => readFileSync(join(dir, 'logs', name), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{') && line.includes(`"event":"${event}"`))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A refused call whose cause has this name. */
function whyUnavailable(
  stack: Stack,
  name: string,
): { line: object; cause: Record<string, unknown> } | undefined {
  return linesOf(stack, 'call-unavailable')
    .map((line) => ({ line, cause: (line['err'] as { cause: Record<string, unknown> }).cause }))
    .find(({ cause }) => cause['name'] === name);
}

test('each process serves what the list says of it, with the types of the list', async () => {
  const look = scraping(used.stack);
  const listed = new Map(allMetrics().map(({ name, type }) => [name, type]));
  for (const part of ['bridge', 'component', 'ejabberd'] as const) {
    const { types } = await look[part]();
    const wrong = [...types].filter(([name, type]) => listed.get(name) !== type);
    expect({ part, wrong: wrong.filter(([name]) => name.startsWith('im_')) }).toEqual({ part, wrong: [] });
  }
  const ofEjabberd = allMetrics().filter(({ by }) => by === 'ejabberd');
  const { types, text } = await look.ejabberd();
  expect([...types.keys()]).toEqual(ofEjabberd.map(({ name }) => name));
  for (const { name, labels } of ofEjabberd)
    for (const label of labels) expect(text).toMatch(new RegExp(`^${name}\\{[^}]*\\b${label}="`, 'm'));
});

test('a counter of which an alarm asks whether it grows at all begins at 0: the first would not be seen', async () => {
  const look = scraping(used.stack);
  const all = await Promise.all([look.bridge(), look.component(), look.ejabberd()]);
  const asked = alerts()
    .filter(({ expr }) => /\) > 0$/.test(expr))
    .flatMap(({ expr }) => [...expr.matchAll(/(?:rate|increase)\((im_\w+(?:\{[^}]*\})?)\[/g)])
    .map(([, selector = '']) => selector)
    .filter((selector) => !selector.startsWith('im_auth_')); // it has no address
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.filter((selector) => !all.some((one) => one.has(selector)))).toEqual([]);
});

story(
  'a message is an event once, a delivery for each tab, and has a latency',
  used,
  { alice: 1, bob: 2 },
  async ({ alice, bob }) => {
    const more = await since('bridge');
    const ofEjabberd = await since('ejabberd');
    await alice.tab.send(bob.id, 'counted');
    for (const tab of bob.tabs) await tab.sees('it', hasSeen(alice.id, 'counted'));
    await alice.tab.sees('it', hasSeen(bob.id, 'counted'));
    expect(await more('im_events_total', { type: 'message' })).toBe(2);
    expect(await more('im_deliveries_total', { way: 'poll' })).toBeGreaterThanOrEqual(3);
    expect(await more('im_delivery_seconds_count', { way: 'poll' })).toBeGreaterThanOrEqual(3);
    expect(await more('im_poll_answers_total', { answer: 'events' })).toBeGreaterThanOrEqual(3);
    expect(await more('im_send_seconds_count')).toBe(1);
    expect(await more('im_iq_seconds_count', { about: 'barrier' })).toBe(1);
    expect(await more('im_call_seconds_count', { call: 'send' })).toBe(1);
    expect(await ofEjabberd('im_filter_stanzas_total', { verdict: 'passed' })).toBeGreaterThan(0);
    for (const look of Object.values(scraping(used.stack)))
      for (const secret of [alice.id, bob.id, alice.tab.id])
        expect((await look()).text).not.toContain(secret);
  },
);

story('a stream is another way', used, { alice: 1, bob: 0 }, async ({ alice, bob }) => {
  const streaming = await (await bob.openTab()).stop().then(() => bob.tab.stream());
  const more = await since('bridge');
  await alice.tab.send(bob.id, 'streamed');
  await streaming.sees('it', hasSeen(alice.id, 'streamed'));
  expect(await more('im_deliveries_total', { way: 'stream' })).toBeGreaterThanOrEqual(1);
  expect(await more('im_delivery_seconds_count', { way: 'stream' })).toBeGreaterThanOrEqual(1);
});

story(
  'sessions, tabs and what waits in them are counted, and how much of it there may be',
  used,
  { alice: 2, bob: 1 },
  async () => {
    const seen = await scraping(used.stack).bridge();
    expect(seen.sum('im_sessions')).toBeGreaterThanOrEqual(2);
    expect(seen.sum('im_tabs')).toBeGreaterThanOrEqual(3);
    const limitOf = (of: string): number => seen.sum('im_capacity_limit', { of });
    expect(limitOf('tabs-of-user')).toBe(50);
    expect(limitOf('sessions')).toBe(6000);
    expect(limitOf('stanzas-of-user')).toBe(500);
    expect(seen.sum('im_capacity_used', { of: 'tabs-of-user' })).toBeGreaterThanOrEqual(2);
    expect(seen.sum('im_capacity_used', { of: 'connections' })).toBeGreaterThanOrEqual(3);
    expect(seen.sum('im_capacity_used', { of: 'polls' })).toBe(seen.sum('im_polls_held'));
  },
);

story(
  'a message to a stranger is a decision of the filter',
  used,
  { alice: 1, bob: 0, dave: 0 },
  async ({ alice, dave }) => {
    const [more, ofEjabberd] = [await since('bridge'), await since('ejabberd')];
    expect(await codeOf(alice.tab.send(dave.id, 'hello?'))).toBe('not-friends');
    expect(await more('im_calls_total', { call: 'send', outcome: 'not-friends' })).toBe(1);
    expect(await ofEjabberd('im_filter_stanzas_total', { verdict: 'stranger' })).toBeGreaterThanOrEqual(1);
  },
);

story(
  'without the component nobody knows who is a friend, and the numbers say so',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, stack) => {
    const more = await since('ejabberd');
    const look = scraping(stack);
    await stack.end('component', 'kill');
    const tab = await alice.openTab();
    expect(await codeOf(tab.send(bob.id, 'may I?'))).toBe('unavailable');
    expect(await more('im_filter_stanzas_total', { verdict: 'no_answer' })).toBeGreaterThanOrEqual(1);
    const without = await look.ejabberd();
    expect(
      without.sum('im_friend_sets', { state: 'failed' }) +
        without.sum('im_friend_sets', { state: 'loading' }),
    ).toBeGreaterThanOrEqual(1);
    expect(without.sum('im_component_links')).toBe(0);
    await stack.restart('component');
    await waitUntil(
      'the friends to be loaded',
      async () => (await look.ejabberd()).sum('im_friend_sets', { state: 'failed' }) === 0,
    );
    expect((await look.ejabberd()).sum('im_component_links')).toBe(1);
    const seen = await look.component();
    expect(seen.sum('im_component_connected')).toBe(1);
    expect(
      seen.sum('im_component_questions_total', { question: 'roster', outcome: 'ok' }),
    ).toBeGreaterThanOrEqual(1);
    expect(seen.sum('im_component_answer_seconds_count')).toBeGreaterThanOrEqual(1);
  },
);

story(
  'a change that ejabberd is not told of grows old in the metric of the lag',
  used,
  { alice: 1, bob: 0 },
  async ({ alice }, stack) => {
    const look = scraping(stack).component;
    const isBehind = (seen: Scraped): boolean => seen.sum('im_changes_oldest_seconds') > 0.5;
    await waitUntil(
      'nothing to be left to do',
      async () => (await look()).sum('im_changes_oldest_seconds') === 0,
    );
    await whileStopped({ pid: stack.info.pids['ejabberd'] ?? 0 }, async () => {
      const site = await siteDatabase(stack);
      await site.execute('UPDATE users SET name = ? WHERE id = ?', ['Alicia', alice.id]);
      await site.end();
      await waitUntil('the lag to grow', async () => isBehind(await look()));
      expect((await look()).sum('im_changes_waiting', { state: 'seen' })).toBeGreaterThanOrEqual(1);
    });
    await waitUntil('it to be done', async () => (await look()).sum('im_changes_oldest_seconds') === 0);
  },
);

story(
  'a database that hangs is told: who gave up, for what, how long, behind what, and who had asked',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }, stack) => {
    const more = await since('bridge');
    await whileStopped({ pid: stack.info.pids['mariadb'] ?? 0 }, async () => {
      const sends = ['a', 'b', 'c', 'd'].map((body) => codeOf(alice.tab.send(bob.id, body)));
      expect(await Promise.all(sends)).toEqual(sends.map(() => 'unavailable'));
    });
    expect(await more('im_pool_timeouts_total', { pool: 'bridge', reason: 'query' })).toBeGreaterThanOrEqual(
      1,
    );
    expect(
      await more('im_pool_timeouts_total', { pool: 'bridge', reason: 'connection' }),
    ).toBeGreaterThanOrEqual(1);
    expect(await more('im_calls_total', { call: 'send', outcome: 'unavailable' })).toBe(4);
    const { line, cause } = await waitUntil('the line', () => whyUnavailable(stack, 'PoolTimeout'));
    expect(line).toMatchObject({ call: 'send', err: { name: 'CallError' } });
    expect(cause['waitedFor']).toMatch(/^(?:connection|query)$/);
    expect(cause['seconds']).toBeGreaterThan(0);
    expect(cause['state']).toMatchObject({ pool: 'bridge', limit: 2 });
    expect(cause['stack']).toContain('sent-messages');
    expect(JSON.stringify(line)).not.toContain(alice.tab.id);
  },
);

story(
  'an ejabberd that hangs is told with what was asked of it',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, stack) => {
    const opened = await since('bridge');
    const tab = await alice.openTab();
    await waitUntil(
      'both looks of her session at the archive',
      async () => (await opened('im_iq_seconds_count', { about: 'archive' })) >= 2,
    );
    const more = await since('bridge');
    await whileStopped({ pid: stack.info.pids['ejabberd'] ?? 0 }, async () => {
      const answers = [codeOf(tab.send(bob.id, 'a')), codeOf(tab.history(bob.id))];
      await waitUntil('what waits to be seen', async () => {
        const seen = await scraping(stack).bridge();
        return (
          seen.sum('im_capacity_used', { of: 'iqs' }) >= 2 &&
          seen.sum('im_capacity_used', { of: 'lookups' }) === 1
        );
      });
      expect(await Promise.all(answers)).toEqual(['unavailable', 'unavailable']);
    });
    expect(await more('im_iqs_unanswered_total', { about: 'barrier', reason: 'timeout' })).toBe(1);
    expect(await more('im_iqs_unanswered_total', { about: 'archive', reason: 'timeout' })).toBe(1);
    const { cause: late } = await waitUntil('the line', () => whyUnavailable(stack, 'NoAnswer'));
    expect(late).toMatchObject({
      waitedFor: expect.stringMatching(/^(?:barrier|archive)$/) as unknown,
      seconds: expect.any(Number) as unknown,
    });
    expect(late['stack']).toMatch(/(?:outbox|archive)\./);
  },
);
