import { describe, expect, jest, test } from '@jest/globals';
import { Expected } from '../../../bridge/session/expected.ts';
import { recordOf } from '../../../bridge/session/live.ts';
import type { PollAnswer } from '../../../bridge/session/tab.ts';
import { UnderWay } from '../../../bridge/session/under-way.ts';
import { OneWorker } from '../../support/one-worker.ts';
import { message } from '../../support/session.ts';

describe('a session that goes to another worker', () => {
  test('answers its polls with what there is, and goes on there at the same cursor', async () => {
    const [one, other] = [new OneWorker(['bob']), new OneWorker()];
    const { tab, cursor } = await one.sessions.connect('alice');
    const answers: PollAnswer[] = [];
    one.sessions.poll('alice', tab, cursor, (answer) => answers.push(answer));
    expect(one.sessions.moving.retire()).toEqual(['alice']);
    const live = await one.sessions.moving.release('alice');
    if (live === undefined) throw new Error('there is no session');
    expect(answers).toEqual([{ moved: true, cursor }]);
    one.hears(message('bob', 1)); // came before the stream was frozen
    other.sessions.moving.takeOver(recordOf(live, {}, 0));
    other.sessions.poll('alice', tab, cursor, (answer) => answers.push(answer));
    expect(answers).toMatchObject([
      { moved: true },
      { events: [/text 1/, /unread/].map((text) => expect.stringMatching(text) as unknown) },
    ]);
  });

  test('is not known here any more, and none is opened', async () => {
    const one = new OneWorker();
    const { tab, cursor } = await one.sessions.connect('alice');
    one.sessions.moving.retire();
    expect(one.sessions.moving.isElsewhere('alice')).toBe(false);
    await one.sessions.moving.release('alice');
    expect(one.sessions.moving.isElsewhere('alice')).toBe(true);
    const elsewhere = expect.objectContaining({ code: 'unavailable' });
    expect(() => one.sessions.poll('alice', tab, cursor, () => undefined)).toThrow('another worker');
    await expect(one.sessions.connect('alice')).rejects.toEqual(elsewhere);
  });
});

describe('who calls for a session that is on its way', () => {
  test('waits until it is there, and has it brought before others', async () => {
    const expected = new Expected();
    const wanted: string[] = [];
    expected.onWanted = (user) => wanted.push(user);
    expected.expect(['alice', 'bob']);
    const waiting = expected.arrival('alice');
    expect(expected.arrival('carol')).toBeUndefined();
    expected.settle('alice');
    await waiting;
    expect(wanted).toEqual(['alice']);
    expect(expected.arrival('alice')).toBeUndefined();
    expect(expected.size).toBe(1);
  });

  test('is told after a while that it is not there', async () => {
    jest.useFakeTimers();
    const expected = new Expected();
    expected.expect(['alice']);
    const waiting = expected.arrival('alice');
    jest.advanceTimersByTime(15_000);
    jest.useRealTimers();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
  });
});

test('a session that leaves waits for the calls that are being done', async () => {
  const underWay = new UnderWay();
  let answer = (): void => undefined;
  const call = underWay.run('alice', () => new Promise<void>((resolve) => (answer = resolve)));
  expect(await underWay.idle('alice', 1)).toBe(false);
  const idle = underWay.idle('alice', 10_000);
  expect(await underWay.idle('bob', 10_000)).toBe(true);
  answer();
  await call;
  expect(await idle).toBe(true);
});

test('a session that fails is ended, and the process goes on', async () => {
  const one = new OneWorker(['bob']);
  const { tab, cursor } = await one.sessions.connect('alice');
  one.sessions.poll('alice', tab, cursor, () => {
    throw new Error('a fault of ours');
  });
  one.hears(message('bob', 1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(one.faults).toEqual([new Error('a fault of ours')]);
  expect(one.sessions.all).toHaveLength(0);
  expect(one.closed).toBe(1);
});
