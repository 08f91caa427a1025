/** What a session learns of what the user's other workers have written, and when. */
import { describe, expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { UserState } from '../../../bridge/session/states.ts';
import { OneWorker } from '../../support/one-worker.ts';

const INVISIBLE = { show: 'invisible' } as const;

async function openWorker(): Promise<OneWorker> {
  const worker = new OneWorker();
  await worker.sessions.connect('alice');
  await turn();
  return worker;
}

/** By another worker, which can't tell this one. */
async function elsewhere(worker: OneWorker, change: Partial<UserState>): Promise<void> {
  await worker.rows.update('alice', (stored) => ({ ...stored, ...change }));
}

describe('who chose to be invisible elsewhere while the link was down', () => {
  test('is invisible in the new XMPP session, from the beginning', async () => {
    const worker = await openWorker();
    worker.hears({ type: 'link', connected: false });
    await elsewhere(worker, { presence: INVISIBLE });
    worker.shown.length = 0;
    await worker.comesUp();
    expect(new Set(worker.shown)).toEqual(new Set([INVISIBLE]));
    expect(worker.live.session.view.me.show).toBe('invisible');
  });

  test('is invisible after a resumption, too', async () => {
    const worker = await openWorker();
    worker.hears({ type: 'link', connected: false });
    await elsewhere(worker, { presence: INVISIBLE, ui: { a: 1 }, uiVersion: 1 });
    worker.hears({ type: 'link', connected: true });
    await turn();
    expect(worker.shown.at(-1)).toEqual(INVISIBLE);
    expect(worker.live.session.view.ui).toEqual({ a: 1 });
  });

  test('is not shown at all while nobody can say what they chose', async () => {
    const worker = await openWorker();
    worker.shown.length = 0;
    worker.rows.fails = true;
    await expect(worker.comesUp()).rejects.toThrow();
    expect(worker.shown).toEqual([]);
  });
});

test('an answer of the database that comes late does not put an older choice back', async () => {
  const worker = await openWorker();
  await elsewhere(worker, { presence: { show: 'dnd' } });
  const goOn = worker.rows.hang('load');
  worker.hears({ type: 'state-changed' });
  await worker.keeping.choosePresence(worker.live, INVISIBLE);
  goOn();
  await turn();
  expect(worker.live.session.chosen).toEqual(INVISIBLE);
  expect(worker.shown.at(-1)).toEqual(INVISIBLE);
});

test('what is written while the link is down is told to the other workers when it is up', async () => {
  const worker = await openWorker();
  worker.hears({ type: 'link', connected: false });
  await worker.keeping.choosePresence(worker.live, INVISIBLE);
  const before = worker.changesTold;
  worker.hears({ type: 'link', connected: true });
  expect(worker.changesTold).toBe(before + 1);
  worker.hears({ type: 'link', connected: false }, { type: 'link', connected: true });
  expect(worker.changesTold).toBe(before + 1);
});

describe('news of the row', () => {
  test('that come while it is read have it read once more, however many they are', async () => {
    const worker = await openWorker();
    const before = worker.rows.loads;
    const goOn = worker.rows.hang('load');
    for (let n = 0; n < 100; n += 1) worker.hears({ type: 'state-changed' });
    await elsewhere(worker, { presence: INVISIBLE });
    goOn();
    await turn();
    expect(worker.rows.loads).toBe(before + 2);
    expect(worker.live.session.chosen).toEqual(INVISIBLE);
  });

  test('that come while it can’t be read are not forgotten', async () => {
    const worker = await openWorker();
    await elsewhere(worker, { presence: INVISIBLE });
    worker.rows.fails = true;
    worker.hears({ type: 'state-changed' });
    await turn();
    expect(worker.faults).toHaveLength(1);
    worker.rows.fails = false;
    worker.sweeper.sweep();
    await turn();
    expect(worker.live.session.chosen).toEqual(INVISIBLE);
    const { loads } = worker.rows;
    worker.sweeper.sweep();
    await turn();
    expect(worker.rows.loads).toBe(loads);
  });
});
