/** A bridge's XMPP session that comes back, on a real ejabberd: resumed, bound anew, or cut while it was set up. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import xml from '@xmpp/xml';
import type { ResultSetHeader } from 'mysql2/promise';
import type { Input } from '../../bridge/session/ports.ts';
import { NS } from '../../bridge/xmpp/namespaces.ts';
import type { UpstreamOptions } from '../../bridge/xmpp/upstream-options.ts';
import type { NativeClient } from '../support/native-client.ts';
import { useUpstreams, type UpstreamSession } from '../support/upstream-session.ts';
import { waitUntil } from '../support/wait-until.ts';
import { WireTap } from '../support/wire-tap.ts';

const { core, open } = useUpstreams();

let tap: WireTap;

beforeEach(() => {
  tap = new WireTap(core.ejabberd.ports.c2s);
});

// Behind useUpstreams(): a session whose line is gone can't be closed.
afterEach(() => tap.close());

/** A native client that is there. */
async function native(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  client.presence();
  await client.iq('get', xml('ping', { xmlns: NS.ping }), core.domain);
  return client;
}

/** alice's session, behind the tap, with bob seen. */
async function alicesSession(
  knows: Partial<UpstreamSession['knows']> = {},
  options: Partial<UpstreamOptions> = {},
): Promise<UpstreamSession> {
  const alice = await open('alice', knows, { ...options, port: await tap.listen() });
  await alice.waitFor('presence', ({ id }) => id === 'bob');
  return alice;
}

/** Her line is cut, and ejabberd waits for her: with the next line she is resumed. */
async function cut(alice: UpstreamSession): Promise<void> {
  tap.cut({ closed: true });
  await alice.waitFor('link', ({ connected }) => !connected);
}

/** Her line is cut, and ejabberd gives her session up: with the next line she is bound anew. */
async function forget(alice: UpstreamSession): Promise<void> {
  await cut(alice);
  await core.ejabberd.ctl('kick_user', 'alice', core.domain);
  await waitUntil('her session to be gone', async () => {
    const resources = await core.ejabberd.api('user_resources', { user: 'alice', host: core.domain });
    return (resources as unknown[]).length === 0;
  });
}

/** Her line is there again, and she is set up to the end. */
async function comeBack(alice: UpstreamSession): Promise<void> {
  tap.open();
  await waitUntil('the link to be up again', () => alice.of('link').length >= 3);
}

/** Does this once, at the beginning of the set-up after the first. */
function atSecondSetUp(work: () => Promise<void>): () => Promise<undefined> {
  let setUps = 0;
  return async () => {
    setUps += 1;
    if (setUps === 2) await work();
    return undefined;
  };
}

/** Calls `seen` with each input that the session takes. */
function watch(session: UpstreamSession, seen: (input: Input) => void): void {
  const take = session.take.bind(session);
  session.take = (input) => {
    take(input);
    seen(input);
  };
}

/** All that she has said before is with him when this resolves. */
async function allSaid(alice: UpstreamSession, bob: NativeClient): Promise<void> {
  await alice.upstream.send({ to: 'bob', body: 'the last', cid: randomUUID() });
  await bob.waitFor((stanza) => stanza.getChildText('body') === 'the last');
}

const markersOf = ({ seen }: NativeClient): unknown[] =>
  seen
    .flatMap((stanza) => stanza.getChild('displayed', NS.markers) ?? [])
    .map((marker) => marker.attrs['id'] as unknown);
const sinceReset = ({ inputs }: UpstreamSession): Input[] =>
  inputs.slice(inputs.findLastIndex(({ type }) => type === 'presence-reset'));

test('what friends show is known still after a set-up that was cut behind the first presence, and resumed', async () => {
  await native('bob');
  const alice = await alicesSession();
  await forget(alice);
  alice.knows.wanted = Array.from({ length: 95 }, (_, n) => `nobody-${n}`); // a look into the archive that takes long
  let cutBefore: number | undefined;
  watch(alice, (input) => {
    if (cutBefore !== undefined || input.type !== 'presence' || input.id !== 'bob') return;
    cutBefore = alice.of('history').length;
    tap.cut();
  });
  const looks = alice.of('history').length;
  await comeBack(alice);
  expect(cutBefore).toBe(looks); // it was in the middle of the set-up
  expect(alice.of('presence-reset')).toHaveLength(2); // resumed, and not bound once more
  expect(sinceReset(alice)).toContainEqual(
    expect.objectContaining({ type: 'presence', id: 'bob', show: 'online' }),
  );
});

test('what friends showed is forgotten after a new bind, also when its set-up fails at once and is resumed', async () => {
  const bob = await native('bob');
  const nobodyKnows = (): Promise<void> => Promise.reject(new Error('nobody knows'));
  const alice = await alicesSession({}, { isToGo: atSecondSetUp(nobodyKnows) });
  await forget(alice);
  await bob.close();
  await comeBack(alice);
  expect(alice.of('presence-reset')).toHaveLength(2);
  const seen = sinceReset(alice).filter((input) => input.type === 'presence' && input.show !== 'offline');
  expect(seen).toEqual([]);
});

test('a message that is sent before the set-up is at its end hides nothing of what was missed', async () => {
  const bob = await native('bob');
  const alice = await alicesSession(
    {},
    {
      isToGo: atSecondSetUp(async () => {
        const { id, at } = await alice.upstream.send({ to: 'bob', body: 'in a hurry', cid: 'hurry-1' });
        alice.knows.newest = { id, at };
      }),
    },
  );
  const newest = await alice.upstream.send({ to: 'bob', body: 'known', cid: 'known-1' });
  alice.knows.newest = { id: newest.id, at: new Date(Date.parse(newest.at) - 600_000).toISOString() };
  await forget(alice);
  bob.chat(core.addressOf('alice'), 'missed');
  await bob.iq('get', xml('ping', { xmlns: NS.ping }), core.domain);
  const database = await core.database();
  const late =
    "UPDATE archive SET timestamp = timestamp - 120000000 WHERE username = 'alice' AND txt = 'missed'";
  await waitUntil('it to be archived', async () => {
    const [{ affectedRows }] = await database.execute<ResultSetHeader>(late);
    return affectedRows === 1;
  });
  await database.end();
  await comeBack(alice);
  const caughtUp = alice.of('history').at(-1)?.conversations ?? [];
  expect(caughtUp.flatMap(({ messages }) => messages.map(({ body }) => body))).toContain('missed');
});

test('the second look of an earlier set-up does not come into the next', async () => {
  await native('bob');
  const longerThanToTheSecondLook = atSecondSetUp(() => sleep(3500));
  const alice = await alicesSession({}, { isToGo: longerThanToTheSecondLook });
  await forget(alice);
  await comeBack(alice);
  const told = sinceReset(alice).map(({ type }) => type);
  const setUp = told.filter((type) => type === 'roster' || type === 'history' || type === 'link');
  expect(setUp.slice(0, 3)).toEqual(['roster', 'history', 'link']);
});

test('who is resumed looks into the archive if it is not the first time in a row: a copy may be lost between two', async () => {
  await native('bob');
  const alice = await alicesSession();
  const looks = async (count: number): Promise<void> => {
    await waitUntil(`${count} looks into the archive`, () => alice.of('history').length === count);
  };
  await looks(2); // those of the set-up
  await cut(alice);
  await comeBack(alice);
  await sleep(4000);
  await looks(2);
  tap.cut();
  await looks(3);
  expect(alice.of('presence-reset')).toHaveLength(1); // resumed, and never bound anew
});

test('who is invisible stays so, though the status changes before the set-up is at its end', async () => {
  const bob = await native('bob');
  const alice = await alicesSession(
    { presence: { show: 'invisible' } },
    {
      isToGo: atSecondSetUp(() => {
        alice.appears({ show: 'invisible', status: 'another' });
        return Promise.resolve();
      }),
    },
  );
  await forget(alice);
  await comeBack(alice);
  await allSaid(alice, bob);
  const seen = bob.seen.filter(
    (stanza) => stanza.is('presence') && String(stanza.attrs['from']).startsWith('alice@'),
  );
  expect(seen.map(String)).toEqual([]);
});

describe('what was read while the line was cut', () => {
  test.each([
    ['resumed', cut],
    ['bound anew', forget],
  ])('is told when the session is %s: the last of it', async (_how, goAway) => {
    const bob = await native('bob');
    const alice = await alicesSession();
    await goAway(alice);
    alice.upstream.displayed('bob', 'read-1');
    alice.upstream.displayed('bob', 'read-2');
    await comeBack(alice);
    await allSaid(alice, bob);
    expect(markersOf(bob)).toEqual(['read-2']);
  });

  test('is never told when the user is invisible then', async () => {
    const bob = await native('bob');
    const alice = await alicesSession();
    await cut(alice);
    alice.upstream.displayed('bob', 'read-1');
    alice.appears({ show: 'invisible' });
    await comeBack(alice);
    alice.appears({ show: 'online' });
    await allSaid(alice, bob);
    expect(markersOf(bob)).toEqual([]);
  });
});
