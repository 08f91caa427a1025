import { describe, expect, test } from '@jest/globals';
import type { Live } from '../../../bridge/session/live.ts';
import { Openings } from '../../../bridge/session/openings.ts';

const GRACE = 60;
const COME_AGAIN = { code: 'unavailable', retryAfter: 2 };

/** Openings that last until the test ends them, for calls that may wait so many milliseconds. */
class Waiting {
  now = 0;
  readonly begun: string[] = [];
  readonly openings: Openings;
  /** Of the last that was begun. */
  end: { opened: (live: Live) => void; failed: (error: Error) => void } | undefined;

  constructor(patience: number) {
    this.openings = new Openings({
      open: (user) => {
        this.begun.push(user);
        return new Promise((opened, failed) => (this.end = { opened, failed }));
      },
      clock: () => this.now,
      limits: { grace: GRACE },
      patience,
    });
  }
}

const LONG = 60_000;
const SHORT = 1;
const SESSION = { ended: undefined } as Live;

describe('a session that is being opened', () => {
  test('is one, for all who call for it', async () => {
    const waiting = new Waiting(LONG);
    const calls = [waiting.openings.arrival('alice'), waiting.openings.arrival('alice')];
    expect(waiting.openings.users).toEqual(['alice']);
    waiting.end?.opened(SESSION);
    expect(await Promise.all(calls)).toEqual([SESSION, SESSION]);
    expect([waiting.begun, waiting.openings.size]).toEqual([['alice'], 0]);
  });

  test('keeps its place when a call is told to come again, and the next call waits for the same one', async () => {
    const waiting = new Waiting(SHORT);
    await expect(waiting.openings.arrival('alice')).rejects.toMatchObject(COME_AGAIN);
    await expect(waiting.openings.arrival('alice')).rejects.toMatchObject(COME_AGAIN);
    expect(waiting.begun).toEqual(['alice']);
    const again = waiting.openings.arrival('alice');
    waiting.end?.opened(SESSION);
    expect(await again).toBe(SESSION);
  });

  test('is wanted while a call waits, and as long after it as a user without a tab is waited for', async () => {
    const waiting = new Waiting(SHORT);
    const call = waiting.openings.arrival('alice');
    waiting.now = GRACE * 2000;
    expect(waiting.openings.isWanted('alice')).toBe(true);
    await expect(call).rejects.toMatchObject(COME_AGAIN);
    waiting.now += GRACE * 1000;
    expect(waiting.openings.isWanted('alice')).toBe(true);
    waiting.now += 1;
    expect(waiting.openings.isWanted('alice')).toBe(false);
  });

  test('is not wanted any more when all are given up, whoever waits', async () => {
    const waiting = new Waiting(LONG);
    const call = waiting.openings.arrival('alice');
    waiting.openings.giveUp();
    expect(waiting.openings.isWanted('alice')).toBe(false);
    waiting.end?.failed(new Error('nobody waits for this login any more'));
    await expect(call).rejects.toThrow('nobody waits');
  });

  test('that fails is begun anew by the next call, also when nobody was there to be told', async () => {
    const waiting = new Waiting(SHORT);
    await expect(waiting.openings.arrival('alice')).rejects.toMatchObject(COME_AGAIN);
    waiting.end?.failed(new Error('no ejabberd'));
    await waiting.openings.settled('alice');
    expect(waiting.openings.size).toBe(0);
    const next = waiting.openings.arrival('alice');
    waiting.end?.opened(SESSION);
    expect([await next, waiting.begun]).toEqual([SESSION, ['alice', 'alice']]);
  });

  test('is not waited for without end by who wants to end it', async () => {
    const waiting = new Waiting(SHORT);
    await expect(waiting.openings.arrival('alice')).rejects.toMatchObject(COME_AGAIN);
    await waiting.openings.soon('alice');
    expect(waiting.openings.users).toEqual(['alice']);
  });
});

test('who is not being opened is none of theirs', async () => {
  const { openings } = new Waiting(SHORT);
  expect(openings.isWanted('bob')).toBe(true);
  await openings.settled('bob');
  await openings.soon('bob');
});
