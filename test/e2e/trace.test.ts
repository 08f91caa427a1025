/** One user traced on a whole stack: what stands in the file, what does not, and how it begins and ends. */
import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { askSupervisor } from '../../bridge/supervision/control.ts';
import type { Stack } from '../support/stack.ts';
import { siteDatabase, STORY_PASSWORD, story, unfriend, useStack, type Person } from '../support/story.ts';
import { call, type Tab } from '../support/tab.ts';
import {
  beginTrace,
  folderOf,
  linesOf,
  sees,
  takenUp,
  textOf,
  traceCli,
  type TraceLine,
} from '../support/traces.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack();

const about =
  (event: string, fields: Readonly<Record<string, unknown>> = {}) =>
  (line: TraceLine): boolean =>
    line.event === event && Object.entries(fields).every(([name, value]) => line[name] === value);

/** Of a call: from its line in to its line out. */
function ofCall(stack: Stack, user: string, fields: Readonly<Record<string, unknown>>): TraceLine[] {
  const lines = linesOf(stack, user);
  const request = lines.find(about('http-asked', fields))?.request;
  return request === undefined ? [] : lines.filter((line) => line.request === request);
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);
const eventsOf = (lines: readonly TraceLine[]): string[] => lines.map(({ event }) => event);
const heard = (peer: string, body: string) => (tab: Tab) => tab.bodies(peer).includes(body);

story(
  'a day of hers in one file: browser, session, stream, external auth, component and filter',
  used,
  { alice: 0, bob: 1, dave: 0 },
  async ({ alice, bob, dave }, stack) => {
    await beginTrace(stack, alice.id);
    const tab = await alice.openTab();
    const body = `canary-body-${randomUUID()}`;
    const cid = randomUUID();
    await tab.send(bob.id, body, cid);
    await bob.tab.sees('the message', heard(alice.id, body));
    await bob.tab.send(alice.id, `${body} too`);
    await tab.sees('the answer', heard(bob.id, `${body} too`));
    await expect(tab.send(dave.id, body)).rejects.toThrow('not-friends');
    await sees(stack, alice.id, 'the refusal', about('http-answered', { call: 'send', code: 'not-friends' }));
    await sees(stack, alice.id, 'what the filter said', about('filter-decided', { verdict: 'stranger' }));

    const [first] = linesOf(stack, alice.id);
    for (const line of linesOf(stack, alice.id))
      expect(line).toMatchObject({ trace: first?.trace, user: alice.id, part: expect.any(String) });
    // The call that opened the session: its id is in the ticket, so external auth knows it, too.
    const connect = eventsOf(ofCall(stack, alice.id, { call: 'connect' }));
    for (const event of ['auth-yes', 'stanza-out', 'stanza-in', 'xmpp-up', 'session-opened', 'tab-opened'])
      expect(connect).toContain(event);
    expect([connect[0], connect.at(-1)]).toEqual(['http-asked', 'http-answered']);
    // A message: out, told its archive id, and the receipt of bob's device, which comes after the answer.
    const send = ofCall(stack, alice.id, { call: 'send', cid });
    expect(send[0]).toMatchObject({ to: bob.id, text: `[${body.length}]` });
    expect(send.find(about('stanza-out', { kind: 'message' }))).toMatchObject({ id: cid });
    expect(send.find(about('http-answered'))).toMatchObject({ status: 200, whole: true });
    await sees(
      stack,
      alice.id,
      'the receipt',
      ({ event, request, xml }) =>
        event === 'stanza-in' && request === send[0]?.request && String(xml).includes('<received'),
    );
    // Tied by the stanza's id.
    await sees(
      stack,
      alice.id,
      'the verdict',
      about('filter-decided', { id: cid, verdict: 'passed', reason: 'friends' }),
    );
    await sees(stack, alice.id, 'her list', about('roster-asked', { outcome: 'ok', friends: 1 }));
    expect(eventsOf(linesOf(stack, alice.id))).toContain('session-event');

    // Not what she wrote, nor who she is to the bridge; and nobody else.
    const [text, token] = [textOf(stack, alice.id), await alice.token()];
    for (const secret of [
      'canary',
      token.split('.')[1] ?? '',
      tab.id,
      'im-ticket',
      '<auth',
      '<resume',
      'previd',
    ])
      expect({ secret, found: text.includes(secret) }).toEqual({ secret, found: false });
    expect(textOf(stack, bob.id)).toBe('');
  },
);

story(
  'with texts, where that was asked for; secrets never',
  used,
  { alice: 0, bob: 1 },
  async ({ alice, bob }, stack) => {
    await beginTrace(stack, alice.id, '--bodies', '--for', '2m');
    const tab = await alice.openTab();
    const native = await alice.native(); // signs in with a password
    await native.close();
    await tab.send(bob.id, 'hers, to read');
    await bob.tab.sees('the message', heard(alice.id, 'hers, to read'));
    await bob.tab.send(alice.id, 'his, to read');
    await tab.sees('the answer', heard(bob.id, 'his, to read'));
    await tab.setPresence('dnd', 'her status');
    await tab.setUi({ draft: 'her draft' });
    await call(stack.info.bridge.url, 'connect', { u: alice.id, token: `${await alice.token()}x` });
    await sees(
      stack,
      alice.id,
      'a refused token',
      about('http-answered', { call: 'connect', code: 'bad-token' }),
    );
    const text = textOf(stack, alice.id);
    for (const words of ['hers, to read', 'his, to read', 'her status', 'her draft'])
      expect({ words, found: text.includes(words) }).toEqual({ words, found: true });
    const token = await alice.token();
    for (const secret of [STORY_PASSWORD, token.split('.')[1] ?? '', tab.id, 'im-ticket'])
      expect({ secret, found: text.includes(secret) }).toEqual({ secret, found: false });
  },
);

story(
  'friendships that end, streams of events, and a native client of hers',
  used,
  { alice: 0, bob: 1 },
  async ({ alice, bob }, stack) => {
    await beginTrace(stack, alice.id);
    const tab = await alice.openTab();
    await tab.stop();
    await tab.stream();
    await bob.tab.send(alice.id, 'hello');
    await sees(stack, alice.id, 'a written stream', about('stream-written', { events: 2 }));
    const native = await alice.native();
    await sees(
      stack,
      alice.id,
      'her password’s yes',
      (line) => line.event === 'auth-yes' && line.request === undefined,
    );
    await native.close();
    const site = await siteDatabase(stack);
    await unfriend(site, alice.id, bob.id);
    await site.end();
    await sees(stack, alice.id, 'the change', about('change-done', { about: 'friends' }));
    await sees(
      stack,
      alice.id,
      'it in the session',
      about('session-event', { type: 'roster', op: 'remove' }),
    );
    await tab.leave();
    await sees(stack, alice.id, 'the tab go', about('tab-closed', { tabs: 0 }));
  },
);

/** Waits until each process that had taken it up, and is there still, has said that it traces no more. */
async function ended(stack: Stack, user: string): Promise<void> {
  const pidsWith = (event: string): number[] =>
    linesOf(stack, user)
      .filter(about(event))
      .map(({ pid }) => Number(pid));
  await waitUntil(`the trace of ${user} to end`, () => {
    const left = new Set(pidsWith('trace-ended'));
    return pidsWith('trace-taken-up').every((pid) => left.has(pid) || !isRunning(pid));
  });
}

/** Something happens, and what was seen of the user stays as it was. */
async function isSilent(stack: Stack, user: Person, peer: Person): Promise<void> {
  const before = textOf(stack, user.id);
  await user.tab.send(peer.id, 'unseen');
  await peer.tab.sees('the message', heard(user.id, 'unseen'));
  expect(textOf(stack, user.id)).toBe(before);
}

story('it ends when it is removed', used, { alice: 1, bob: 1 }, async ({ alice, bob }, stack) => {
  await beginTrace(stack, alice.id);
  expect((await traceCli(stack, 'list')).stdout).toContain(`${alice.id}\tuntil `);
  const { code, stdout } = await traceCli(stack, 'remove', alice.id);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`${alice.id}.log`)]);
  await ended(stack, alice.id);
  await isSilent(stack, alice, bob);
  expect(await traceCli(stack, 'remove', alice.id)).toMatchObject({ code: 1 });
});

story('it ends by itself', used, { alice: 1, bob: 1 }, async ({ alice, bob }, stack) => {
  await beginTrace(stack, alice.id, '--for', '1h');
  await traceCli(stack, 'add', alice.id, '--for', '1s');
  await ended(stack, alice.id);
  expect((await traceCli(stack, 'list')).stdout).not.toContain(alice.id);
  await isSilent(stack, alice, bob);
});

story('it is for its owner’s eyes', used, { alice: 0 }, async ({ alice }, stack) => {
  await beginTrace(stack, alice.id);
  const folder = folderOf(stack);
  const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  expect(mode(folder)).toBe('700');
  for (const name of [`${alice.id}.json`, `${alice.id}.log`])
    expect([name, mode(join(folder, name))]).toEqual([name, '600']);
});

story('another worker goes on with it', used, { alice: 1, bob: 1 }, async ({ alice, bob }, stack) => {
  await beginTrace(stack, alice.id);
  const before = stack.info.pids['worker'] ?? 0;
  process.kill(before, 'SIGKILL');
  const isNew = ({ pid, part }: TraceLine): boolean => part === 'bridge' && pid !== before;
  await sees(stack, alice.id, 'the new worker', (line) => line.event === 'trace-taken-up' && isNew(line));
  await waitUntil('it to take calls', () => fetch(stack.info.bridge.url).then(() => true));
  const [one, other] = [await alice.openTab(), await bob.openTab()];
  await one.send(bob.id, 'after it');
  await other.sees('the message', heard(alice.id, 'after it'));
  await sees(stack, alice.id, 'its lines', (line) => line.event === 'stanza-out' && isNew(line));
});

story('it goes on over a deploy', used, { alice: 1, bob: 1 }, async ({ alice, bob }, stack) => {
  await beginTrace(stack, alice.id);
  const before = stack.info.pids['worker'] ?? 0;
  expect(await askSupervisor(join(stack.plan.dir, 'run'), 'deploy', 60_000)).toMatchObject({ ok: true });
  const isNew = ({ pid, part }: TraceLine): boolean => part === 'bridge' && pid !== before;
  await alice.tab.send(bob.id, 'after it');
  await bob.tab.sees('the message', heard(alice.id, 'after it'));
  const out = await sees(
    stack,
    alice.id,
    'its lines',
    (line) => about('stanza-out', { kind: 'message' })(line) && isNew(line),
  );
  await sees(
    stack,
    alice.id,
    'its answer',
    about('http-answered', { call: 'send', request: out.request, status: 200 }),
  );
});

story(
  'from ejabberdctl',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, { ejabberd, plan: { domain } }) => {
    const { stack } = used;
    const ctl = async (...words: string[]): Promise<[number, string]> => {
      const { code, stdout } = await ejabberd.ctl(...words);
      return [code, stdout];
    };
    expect(await ctl('im_trace_list', domain)).toEqual([0, expect.not.stringContaining(alice.id)]);
    const file = join(folderOf(stack), `${alice.id}.log`);
    expect(await ctl('im_trace_add', alice.id, domain, '10m')).toEqual([0, expect.stringContaining(file)]);
    await takenUp(stack, alice.id);
    expect(await ctl('im_trace_list', domain)).toEqual([0, expect.stringContaining(`${alice.id}\tuntil `)]);
    expect(await ctl('im_trace_remove', alice.id, domain)).toEqual([0, expect.stringContaining(file)]);
    await ended(stack, alice.id);
    expect(await ctl('im_trace_remove', bob.id, domain)).toEqual([
      1,
      expect.stringContaining('was not traced'),
    ]);
    expect(await ctl('im_trace_add', alice.id, domain, 'soon')).toEqual([
      1,
      expect.stringContaining('as in 10m'),
    ]);
    await stack.end('component');
    const asked = await ctl('im_trace_add', alice.id, domain, '10m');
    await stack.restart('component');
    expect(asked).toEqual([1, expect.stringContaining('the component does not answer')]);
  },
);

story(
  'rubbish in the folder, and files that can’t be written, harm nobody',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    const folder = folderOf(stack);
    const pids = { ...stack.info.pids };
    const order = { trace: 'x', user: bob.id, until: '9999-01-01T00:00:00.000Z', bodies: true };
    const rubbish: Readonly<Record<string, (path: string) => void>> = {
      'none.json': (path) => writeFileSync(path, '{"user": "'),
      'null.json': (path) => writeFileSync(path, 'null'),
      'large.json': (path) => writeFileSync(path, 'x'.repeat(1_000_000)),
      'folder.json': (path) => mkdirSync(path),
      'circle.json': (path) => symlinkSync(path, path),
      'pipe.json': (path) => execFileSync('mkfifo', [path]),
      'other.json': (path) => writeFileSync(path, JSON.stringify({ ...order, until: soon() })),
      [`${bob.id}.json`]: (path) => writeFileSync(path, JSON.stringify(order)),
      [`${alice.id}.log`]: (path) => mkdirSync(path),
    };
    mkdirSync(folder, { recursive: true });
    for (const [name, make] of Object.entries(rubbish)) make(join(folder, name));
    expect(await traceCli(stack, 'add', alice.id)).toMatchObject({ code: 0 });
    await waitUntil('the log to say so', () =>
      readFileSync(join(stack.plan.dir, 'logs/bridge.log'), 'utf8').includes('trace-not-written'),
    );
    await alice.tab.send(bob.id, 'all the same');
    await bob.tab.sees('the message', heard(alice.id, 'all the same'));
    // And when it can be written, it is.
    for (const name of Object.keys(rubbish)) rmSync(join(folder, name), { recursive: true });
    await waitUntil('a line of what comes then', async () => {
      await alice.tab.setActive(true);
      return linesOf(stack, alice.id).some(about('http-asked', { call: 'active' }));
    });
    expect([readdirSync(folder), stack.info.pids]).toEqual([
      expect.arrayContaining([`${alice.id}.json`]),
      pids,
    ]);
    expect((await traceCli(stack, 'list')).stdout).not.toContain(bob.id);
  },
);

const soon = (): string => new Date(Date.now() + 60_000).toISOString();
