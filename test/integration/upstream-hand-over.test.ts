/** A user's XMPP session that another process goes on with, at a real ejabberd: nothing is lost, doubled or seen. */
import { expect, test } from '@jest/globals';
import type { Input, LinkRecord } from '../../bridge/session/ports.ts';
import { useUpstreams, type UpstreamSession } from '../support/upstream-session.ts';
import { waitUntil } from '../support/wait-until.ts';

const { core, open } = useUpstreams();

const copy = (record: LinkRecord): LinkRecord => JSON.parse(JSON.stringify(record)) as LinkRecord;
const textsOf = (inputs: readonly Input[]): string[] =>
  inputs.flatMap((input) => (input.type === 'message' ? [input.message.body] : []));
const texts = (...sessions: UpstreamSession[]): string[] => sessions.flatMap(({ inputs }) => textsOf(inputs));
const presenceOf = (user: string, { inputs }: UpstreamSession): string[] =>
  inputs.flatMap((input) => (input.type === 'presence' && input.id === user ? [input.show] : []));
const say = (from: UpstreamSession, to: string, body: string): Promise<unknown> =>
  from.upstream.send({ to, body, cid: `cid-${body}` });

test('what comes meanwhile comes to the successor, once, and friends see nothing', async () => {
  const bob = await open('bob');
  const alice = await open('alice');
  await bob.waitFor('presence', ({ id, show }) => id === 'alice' && show === 'online');
  await say(bob, 'alice', 'before');
  await alice.hears('before');
  const seen = presenceOf('alice', bob).length;
  const record = copy(await alice.upstream.freeze());
  for (const body of ['m1', 'm2', 'm3']) await say(bob, 'alice', body);
  const successor = await open('alice', alice.knows, { before: record });
  await successor.hears('m3');
  await say(successor, 'bob', 'after');
  await bob.hears('after');
  expect(texts(alice, successor)).toEqual(['before', 'm1', 'm2', 'm3', 'after']);
  expect(successor.inputs.map(({ type }) => type)).not.toContain('presence-reset');
  expect(presenceOf('alice', bob)).toHaveLength(seen);
});

test('a message on its way when the session is handed over is told by the successor', async () => {
  const bob = await open('bob');
  const alice = await open('alice');
  const sent = say(alice, 'bob', 'on its way').catch((error: unknown) => error);
  const record = copy(await alice.upstream.freeze());
  expect(await sent).toMatchObject({ code: 'unavailable' });
  const successor = await open('alice', alice.knows, { before: record });
  await successor.hears('on its way');
  await bob.hears('on its way');
  expect(texts(bob).filter((body) => body === 'on its way')).toHaveLength(1);
});

test('of a process that was killed, all is there that was kept or comes again', async () => {
  const bob = await open('bob');
  const alice = await open('alice');
  const first = copy(alice.upstream.record);
  const sent = Array.from({ length: 30 }, (_, n) => `k${n}`);
  const sending = Promise.all(sent.map((body) => say(bob, 'alice', body)));
  await alice.hears('k10');
  const kept = { ...first, ...copy(alice.kept) };
  const known = textsOf(alice.inputs.slice(0, alice.keptInputs));
  await alice.upstream.freeze();
  await sending;
  const seen = presenceOf('alice', bob).length;
  const successor = await open('alice', alice.knows, { before: kept });
  const all = await waitUntil('all of them', () => {
    const found = new Set([...known, ...texts(successor)].filter((body) => sent.includes(body)));
    return found.size === sent.length && found;
  });
  expect([...all].sort()).toEqual([...sent].sort());
  await say(successor, 'bob', 'from the successor');
  await bob.hears('from the successor');
  expect(presenceOf('alice', bob)).toHaveLength(seen);
});

test('a session that ejabberd does not have any more is set up anew', async () => {
  const alice = await open('alice');
  const record = copy(await alice.upstream.freeze());
  await core.restartEjabberd('kill');
  const successor = await open('alice', alice.knows, { before: record });
  await successor.waitFor('link', ({ connected }) => connected);
  const types = successor.inputs.map(({ type }) => type).filter((type) => type !== 'presence');
  expect(types.filter((type) => type !== 'link' && type !== 'message')).toEqual([
    'presence-reset',
    'roster',
    'history',
  ]);
});

test('a record of another version is refused', async () => {
  const alice = await open('alice');
  const record = copy(await alice.upstream.freeze());
  await expect(open('alice', {}, { before: { ...record, version: 0 } })).rejects.toThrow('another version');
});
