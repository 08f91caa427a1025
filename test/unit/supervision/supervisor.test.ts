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

test('a new worker that does not become ready is ended in time, and the old one is told nothing', async () => {
  const old = await workers.serving();
  workers.config.startTimeout = 0;
  expect(await workers.supervisor.deploy()).toEqual({
    ok: false,
    text: 'the new worker did not become ready (it was not ready in time): the old one stays',
  });
  expect(old.heard).toEqual([]);
  expect(workers.forgotten).toHaveLength(1); // it may have begun a journal, with nobody in it
});

test('an old worker that does not hand over is ended in time, and what it had is taken from its journal', async () => {
  workers.config.handOverTimeout = 1;
  const old = await workers.serving();
  const deploying = workers.supervisor.deploy();
  const next = await workers.serving();
  expect((await deploying).text).toMatch(/the old one ended early \(it did not hand over in time\)$/);
  expect(await next.hears('adopt')).toEqual({ type: 'adopt', orphans: [old.id] });
});

test('a journal that nobody has taken over is given to the next worker, until one says that it has', async () => {
  const first = await workers.serving();
  first.end();
  const second = await workers.next();
  second.say({ type: 'ready', socket: second.path });
  expect(await second.hears('serve')).toEqual({ type: 'serve', givers: 0, orphans: [first.id] });
  second.end();
  const third = await workers.next();
  third.say({ type: 'ready', socket: third.path });
  expect(await third.hears('serve')).toMatchObject({ orphans: [first.id, second.id] });
  third.say({ type: 'adopted', orphans: [first.id, second.id] });
  third.say({ type: 'serving' });
  await workers.told('worker-serves');
  third.end();
  const fourth = await workers.next();
  fourth.say({ type: 'ready', socket: fourth.path });
  expect(await fourth.hears('serve')).toMatchObject({ orphans: [third.id] });
});

test('a first worker that ends before it has served is not tried again: that is a person’s to mend', async () => {
  (await workers.next()).end();
  expect(await workers.ended()).toBe(1);
});
