/** A process that looks who is traced, and what it writes of them: the log's lines once more, and lines of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Log } from '../../../bridge/log.ts';
import { Seldom } from '../../../bridge/seldom.ts';
import { addTrace, removeTrace } from '../../../bridge/trace/asking.ts';
import { newRequest, requestOf, within } from '../../../bridge/trace/request.ts';
import { Tracer } from '../../../bridge/trace/tracer.ts';
import { waitUntil } from '../../support/wait-until.ts';

let above: string;
let folder: { dir: string; users: number; size: number };
let tracer: Tracer;
let faults: string[];
let log: Log;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'im-trace-'));
  folder = { dir: join(above, 'traces'), users: 20, size: 100_000 };
  tracer = new Tracer('bridge', folder);
  faults = [];
  log = new Log(pino({ level: 'silent' }), tracer);
});
afterEach(() => {
  tracer.stop();
  rmSync(above, { recursive: true });
});

function start(): void {
  tracer.start({
    notWritten: (user) => void faults.push(`not written: ${user}`),
    unreadable: () => void faults.push('unreadable'),
  });
}

const add = (user: string, seconds = 60, bodies = false): void =>
  void addTrace(folder, { user, seconds, bodies });
const linesOf = (user: string): Record<string, unknown>[] =>
  readFileSync(join(folder.dir, `${user}.log`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const eventsOf = (user: string): unknown[] => linesOf(user).map(({ event }) => event);

test('those who are traced at the start are traced at once; others when it is seen', async () => {
  add('alice');
  start();
  expect([tracer.of('alice')?.order.user, tracer.of('bob')]).toEqual(['alice', undefined]);
  add('bob');
  await waitUntil('bob to be traced', () => tracer.of('bob'));
  removeTrace(folder, 'alice');
  await waitUntil('alice to be left', () => tracer.of('alice') === undefined);
  expect(eventsOf('alice')).toEqual(['trace-taken-up', 'trace-ended']);
  expect(tracer.of('bob')).toBeDefined();
});

test('without a folder nobody is, until there is one', async () => {
  start();
  expect([tracer.any, faults]).toEqual([false, []]);
  add('alice');
  await waitUntil('alice to be traced', () => tracer.of('alice'));
});

test('a folder that is none is told of once, and harms nothing', () => {
  tracer = new Tracer('bridge', { ...folder, dir: '/dev/null' });
  start();
  expect([tracer.any, faults]).toEqual([false, ['unreadable']]);
});

test('it ends by itself, with a last line', async () => {
  add('alice', 1);
  start();
  const trace = tracer.of('alice');
  await waitUntil('the end', () => !tracer.any);
  trace?.line('tab-opened'); // by somebody who has held it
  expect(eventsOf('alice')).toEqual(['trace-taken-up', 'trace-ended']);
});

test('another time for the same trace is no new beginning for who holds it', async () => {
  add('alice', 60);
  start();
  const [first] = linesOf('alice');
  add('alice', 100, true);
  await waitUntil('texts to be told', () => tracer.of('alice')?.text('hello') === 'hello');
  expect(linesOf('alice').map(({ event, trace }) => [event, trace])).toEqual([
    ['trace-taken-up', first?.['trace']],
    ['trace-taken-up', first?.['trace']],
  ]);
});

test('a line of the log about the user stands in the trace, whatever the level; no other', () => {
  add('alice');
  start();
  log.event('auth-user-asked', { user: 'alice', ms: 1 });
  log.child({ user: 'alice' }).event('xmpp-down', { reason: 'cut' });
  log.event('xmpp-down', { user: 'bob' });
  log.event('worker-ready');
  expect(linesOf('alice').slice(1)).toMatchObject([
    { event: 'auth-user-asked', user: 'alice', part: 'bridge', ms: 1, level: 20 },
    { event: 'xmpp-down', user: 'alice', reason: 'cut', level: 40 },
  ]);
});

test('of what the log tells seldom, whoever is traced has each line', () => {
  add('alice');
  start();
  const said: string[] = [];
  const lines = new Log(pino({}, { write: (line) => void said.push(line) }), tracer);
  const seldom = new Seldom();
  for (const user of ['bob', 'alice', 'alice', 'bob'])
    lines.child({ user }).seldom('xmpp-not-opened', seldom, { reason: 'ECONNREFUSED' });
  expect(said.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ user: 'bob', alsoSince: 0 }]);
  expect(linesOf('alice').slice(1)).toMatchObject([
    { event: 'xmpp-not-opened', user: 'alice', reason: 'ECONNREFUSED' },
    { event: 'xmpp-not-opened', user: 'alice', reason: 'ECONNREFUSED' },
  ]);
});

test('secrets are taken out as in the log, texts are told by their length', () => {
  add('alice');
  start();
  const trace = log.traceOf('alice');
  trace?.line('http-asked', { token: 'canary', tab: 'canary', body: 'canary', text: trace.text('canary') });
  expect(linesOf('alice')[1]).toMatchObject({
    token: '[secret]',
    tab: '[secret]',
    body: '[secret]',
    text: '[6]',
  });
});

test('what happens for a call has its id, until it is answered', async () => {
  add('alice');
  add('bob');
  start();
  const call = newRequest('alice');
  await within(call, async () => {
    await Promise.resolve();
    log.traceOf('alice')?.line('tab-opened');
    log.traceOf('bob')?.line('tab-opened'); // another user's, by the way
    call.over = true;
    log.traceOf('alice')?.line('tab-closed');
  });
  expect(linesOf('alice').map(({ request }) => request)).toEqual([undefined, call.id, undefined]);
  expect(linesOf('bob').map(({ request }) => request)).toEqual([undefined, undefined]);
  expect(requestOf('alice')).toBeUndefined();
});
