/** A bridge's link to a real ejabberd that is restarted, that hangs, or that does not keep up: bounds and deadlines. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Turns } from '../../bridge/turns.ts';
import { heardLog } from '../support/heard-log.ts';
import { whileStopped } from '../support/stopped.ts';
import { UpstreamSession, useUpstreams } from '../support/upstream-session.ts';
import { waitUntil } from '../support/wait-until.ts';

const { core, open } = useUpstreams();
const unavailable = { code: 'unavailable' };

/** Counts how many sessions are being set up at once: each is asked for at the beginning of its set-up. */
function countSetUps(): { isToGo: () => Promise<undefined>; readonly most: number; readonly all: number } {
  let [now, most, all] = [0, 0, 0];
  return {
    async isToGo() {
      all += 1;
      now += 1;
      most = Math.max(most, now);
      await sleep(200); // the others have logged in by then, if they may
      now -= 1;
      return undefined;
    },
    get most() {
      return most;
    },
    get all() {
      return all;
    },
  };
}

/** What a session was told since its link went down for the last time. */
function toldSinceCut({ inputs }: UpstreamSession): string[] {
  const cut = inputs.findLastIndex((input) => input.type === 'link' && !input.connected);
  return inputs.slice(cut + 1).map(({ type }) => type);
}

test('a restart of ejabberd is no stampede: so many log in and are set up at once, and each set-up is whole', async () => {
  const counted = countSetUps();
  const options = { logins: new Turns(2, 10), isToGo: () => counted.isToGo() };
  const people = ['alice', 'alice', 'bob', 'bob', 'carol', 'dave'];
  const sessions = await Promise.all(people.map((user) => open(user, {}, options)));
  expect([counted.most, counted.all]).toEqual([2, 6]);
  await core.restartEjabberd('kill');
  await waitUntil('all links to be up again', () =>
    sessions.every((session) => session.of('link').length >= 3 && session.of('link').at(-1)?.connected),
  );
  expect(counted.most).toBe(2);
  for (const session of sessions) {
    const told = toldSinceCut(session).filter((type) => type !== 'presence' && type !== 'message');
    expect(told.slice(0, 4)).toEqual(['presence-reset', 'roster', 'history', 'link']);
  }
  const [alice, , bob] = sessions;
  await alice?.upstream.send({ to: 'bob', body: 'after the restart', cid: 'restart-1' });
  await bob?.hears('after the restart');
});

describe('a login', () => {
  test('is refused at once when too many wait already', async () => {
    const faults: string[] = [];
    const logins = new Turns(1, 0);
    await logins.take(1000);
    const refused = open('alice', {}, { logins, onFault: (reason) => faults.push(reason) });
    await expect(refused).rejects.toMatchObject(unavailable);
    expect(faults).toEqual(['login-full']);
  });

  test('waits for its turn no longer than it may, and then leaves its place', async () => {
    const faults: string[] = [];
    const logins = new Turns(1, 1);
    await logins.take(1000);
    const options = { logins, patience: 100, onFault: (reason: string) => faults.push(reason) };
    await expect(open('alice', {}, options)).rejects.toMatchObject(unavailable);
    expect([faults, logins.waiting, logins.used]).toEqual([['login-timeout'], 0, 1]);
  });

  test('that got no turn says how long it waited, and behind what', async () => {
    const logins = new Turns(1, 1);
    await logins.take(1000);
    logins.underWay.begin('a login and its set-up');
    const { log, lines } = heardLog();
    await expect(open('alice', {}, { logins, log, patience: 100 })).rejects.toMatchObject(unavailable);
    const err = lines.find(({ event }) => event === 'xmpp-not-opened')?.['err'];
    const state = { limit: 1, inUse: 1, waiting: 0, behind: [{ what: 'a login and its set-up' }] };
    expect(err).toMatchObject({ reason: 'login-timeout', cause: { waitedFor: 'a login', state } });
    expect((err as { cause: Error }).cause.stack).toContain('upstream');
  });

  test('for which nobody waits any more when its turn comes is not begun, and the next has the turn', async () => {
    const { log, lines } = heardLog();
    let tickets = 0;
    const credential = (): Promise<string> => Promise.reject(new Error(`ticket ${(tickets += 1)}`));
    const logins = new Turns(1, 10);
    await logins.take(1000);
    const alice = new UpstreamSession(core, 'alice', {}, { logins, log, credential });
    const next = open('bob', {}, { logins });
    alice.wanted = false;
    expect(logins.waiting).toBe(2);
    logins.give();
    await expect(alice.upstream.ready).rejects.toMatchObject(unavailable);
    await next;
    expect([tickets, lines, logins.used, logins.waiting]).toEqual([0, [], 0, 0]);
  });

  test('gives its turn to the next, also when it fails', async () => {
    const logins = new Turns(1, 10);
    const wrong = open('alice', {}, { logins, credential: () => Promise.resolve('wrong') });
    await expect(wrong).rejects.toMatchObject(unavailable);
    const noAnswer = open('alice', {}, { logins, isToGo: () => Promise.reject(new Error('nobody knows')) });
    await expect(noAnswer).rejects.toMatchObject(unavailable);
    await open('alice', {}, { logins });
    expect([logins.used, logins.waiting]).toEqual([0, 0]);
  });

  test('to a server that hangs is given up', async () => {
    const { log, lines } = heardLog();
    await whileStopped(core.ejabberd, async () => {
      await expect(open('alice', {}, { timeout: 300, log })).rejects.toMatchObject(unavailable);
    });
    const err = lines.find(({ event }) => event === 'xmpp-not-opened')?.['err'];
    expect(err).toMatchObject({
      reason: 'timeout',
      message: expect.stringMatching(/still at: \w+$/) as unknown,
    });
  });
});

describe('a server that hangs', () => {
  test('leaves no question without an answer, and what it takes later is told', async () => {
    const alice = await open('alice', {}, { timeout: 500 });
    const message = { to: 'bob', body: 'into the silence', cid: 'silence-1' };
    await whileStopped(core.ejabberd, async () => {
      const asked = [
        alice.upstream.send(message),
        alice.upstream.history({ with: 'bob', limit: 1 }),
        alice.upstream.search({ text: 'anything', limit: 1 }),
      ];
      for (const answer of await Promise.allSettled(asked))
        expect(answer).toMatchObject({ status: 'rejected', reason: unavailable });
    });
    await alice.hears('into the silence');
  });

  test('fills the queue, and then messages are refused, notices left out; none of them is sent later', async () => {
    const full: string[] = [];
    const alice = await open('alice', {}, { queue: 40, onFull: (what) => full.push(what) });
    const send = (n: number): Promise<unknown> =>
      alice.upstream.send({ to: 'bob', body: `flood ${n}`, cid: `flood-${n}` });
    const sent = await whileStopped(core.ejabberd, () => {
      const sending = Array.from({ length: 60 }, (_, n) => send(n));
      alice.upstream.typing('bob', 'composing');
      return Promise.resolve({ outcomes: Promise.allSettled(sending) });
    });
    const outcomes = await sent.outcomes;
    for (const outcome of outcomes.filter(({ status }) => status === 'rejected'))
      expect(outcome).toMatchObject({ reason: unavailable });
    const refused = full.filter((what) => what === 'message').length;
    expect(refused).toBeGreaterThan(0);
    expect(full.filter((what) => what === 'notice')).toHaveLength(1);
    await waitUntil('all that was written to be told', () => alice.of('message').length >= 60 - refused);
    for (let n = 100; n < 150; n += 1) await waitUntil('the queue to be open again', () => send(n));
    expect(alice.of('message')).toHaveLength(60 - refused + 50);
  });
});
