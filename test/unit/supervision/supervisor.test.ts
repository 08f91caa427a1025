/** What a supervisor tells its workers when one of them ends at a bad moment. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ScriptedWorkers, type ScriptedWorker } from '../../support/scripted-workers.ts';

let workers: ScriptedWorkers;

beforeEach(() => {
  workers = new ScriptedWorkers();
  workers.supervisor.start();
});
afterEach(() => workers.close());

/** A worker that serves, another that has ended as it took over from it, and the next, which serves: the first still gives. */
async function afterFailure(): Promise<{ old: ScriptedWorker; third: ScriptedWorker }> {
  const old = await workers.serving();
  const deploying = workers.supervisor.deploy();
  const second = await workers.serving();
  await old.hears('retire');
  second.end();
  expect(await deploying).toMatchObject({ ok: false });
  return { old, third: await workers.serving() };
}

test('no deploy begins while a worker gives: what it gave to one that leaves itself would end with that one', async () => {
  const { old, third } = await afterFailure();
  expect(await old.hears('retire')).toEqual({ type: 'retire', to: third.path });
  const refused = await workers.supervisor.deploy();
  expect(refused).toMatchObject({ ok: false, text: expect.stringContaining('left to hand over') as unknown });
  expect(third.heard).toEqual([]);
});

test('a worker that has nothing left is not asked again, and nobody waits for it', async () => {
  const old = await workers.serving();
  const deploying = workers.supervisor.deploy();
  await workers.serving();
  await old.hears('retire');
  old.say({ type: 'retired' });
  expect(await deploying).toMatchObject({ ok: true });
  void workers.supervisor.deploy();
  const third = await workers.next();
  third.say({ type: 'ready', socket: third.path });
  expect(await third.hears('serve')).toMatchObject({ givers: 1 });
  expect(old.heard).toEqual([]);
});

test('a worker that could not hand over is told of the next one, though that waits for its word before it serves', async () => {
  const old = await workers.serving();
  void workers.supervisor.deploy();
  const second = await workers.serving();
  await old.hears('retire');
  second.end();
  const third = await workers.next();
  third.say({ type: 'ready', socket: third.path });
  await old.hears('retire'); // it is still at work for the second, and does not listen
  old.say({ type: 'not-retired', reason: 'the successor has gone' });
  expect(await old.hears('retire')).toEqual({ type: 'retire', to: third.path });
});
