/** `im-bridge` on a running stack: each verb as an operator types it, and what the members see of it. */
import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { cli, told } from '../support/cli.ts';
import { deploy } from '../support/deploying.ts';
import { built } from '../support/root.ts';
import { story, useStack } from '../support/story.ts';
import { Refused, Tab } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const used = useStack({ change: { limits: { hold: 5, grace: 1 } } });
const here = (): string[] => ['--dir', used.stack.plan.dir];
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse(await told(...args, '--json', ...here()));
const readiness = async (): Promise<[status: number, reasons: unknown]> => {
  const answer = await fetch(new URL('/ready', used.stack.info.metrics.url));
  return [answer.status, ((await answer.json()) as { reasons: unknown }).reasons];
};
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error as Refused).code,
  );

story(
  'status tells how it is: as a table, and as JSON',
  used,
  { alice: 2, bob: 1 },
  async (_people, stack) => {
    await waitUntil('all polls to be held', async () => {
      const { workers } = (await json('status')) as { workers: { held: number }[] };
      return workers[0]?.held === 3;
    });
    expect(await json('status')).toMatchObject({
      workers: [
        {
          place: 1,
          pid: stack.info.pids['worker'],
          ready: true,
          reasons: [],
          level: 'info',
          sessions: 2,
          tabs: 3,
          links: { up: 2, down: 0 },
          logins: { underWay: 0, waiting: 0 },
          late: expect.any(Number),
          pools: expect.arrayContaining([
            expect.objectContaining({ pool: 'bridge', limit: 10, waiting: 0, starved: false }),
            expect.objectContaining({ pool: 'site' }),
          ]),
        },
      ],
      component: { connected: true, outbox: { seen: 0, running: 0, failed: 0 } },
    });
    const text = await told('status', ...here());
    expect(text).toMatch(/^worker +pid +release +state +up +sessions +tabs +held +links up +down/);
    expect(text).toMatch(/^ +1 +\d+ +\d+\.\d+\.\d+ +ready +[\dms ]+ +2 +3 +3 +2 +0 +0 +0 +\d+ ms +\d+ MB$/m);
    expect(text).toMatch(/^component +connected; outbox: 0 rows waiting/m);
    expect(text).not.toContain('\u001B');
  },
);

test('status asks the component at the address that the settings name', async () => {
  const settings = readFileSync(join(used.stack.plan.dir, 'im-bridge.yml'), 'utf8');
  const other = join(used.stack.plan.dir, 'other.yml');
  writeFileSync(other, settings.replace('adminPort:', 'adminHost: 127.0.0.2\n  adminPort:'));
  expect(await told('status', '--config', other)).toMatch(/^component +does not answer at 127\.0\.0\.2:\d+/m);
});

test('status is drawn anew in a terminal, until Ctrl-C', async () => {
  // Without exec a shell may stand between, which Ctrl-C ends as well: with 130, whatever the command did.
  const command = `exec ${process.execPath} ${built('bridge/cli.js')} status --dir ${used.stack.plan.dir}`;
  const terminal = spawn('script', ['-qefc', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  terminal.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const ended = new Promise((resolve) => terminal.once('close', resolve));
  await waitUntil('a third picture', () => shown.split('\u001B[H').length > 3);
  terminal.stdin.write('\u0003');
  expect(await ended).toBe(0);
  expect(shown).toContain('Ctrl-C ends this');
});

story(
  'sessions are listed in pages, and one user is shown without secrets, and kicked',
  used,
  { alice: 2, bob: 1, carol: 1 },
  async ({ alice, bob, carol }) => {
    const users = [alice, bob, carol].map(({ id }) => id).sort();
    await waitUntil(
      'the sessions of the story before to end',
      async () => (await told('sessions', '--count', ...here())) === '3\n',
    );
    const first = await told('sessions', '--limit', '2', ...here());
    expect(first).toContain(`3 sessions\nMore: im-bridge sessions --after ${users[1] ?? ''}`);
    expect(await json('sessions', '--after', users[1] ?? '')).toMatchObject({
      count: 3,
      more: false,
      sessions: [{ user: users[2], place: 1, link: 'up' }],
    });
    const [facts] = (await json('user', alice.id)) as [{ tabs: unknown[]; resource: string }];
    expect(facts).toMatchObject({
      user: alice.id,
      link: 'up',
      friends: 2,
      friendsOnline: 2,
      queue: expect.any(Number),
    });
    expect([facts.tabs.length, facts.resource]).toEqual([2, expect.stringMatching(/^web-/)]);
    await bob.tab.send(alice.id, 'a text of bob');
    const text = await told('user', alice.id, ...here());
    for (const secret of [...alice.tabs.map(({ id }) => id), 'a text of bob'])
      expect(text).not.toContain(secret);
    expect(text).toMatch(/queue +\d+ of 500 stanzas/);

    expect(await told('kick', alice.id, ...here())).toContain('has ended');
    for (const tab of alice.tabs)
      await tab.sees('bye', ({ events }) =>
        events.some((one) => one.type === 'bye' && one.reason === 'kicked'),
      );
    await bob.tab.sees('alice to be away', (tab) => tab.show(alice.id) === 'offline');
    const nobody = await cli('kick', alice.id, ...here());
    expect([nobody.code, nobody.stdout]).toEqual([1, `${alice.id} has no session here\n`]);
    expect((await cli('user', alice.id, ...here())).code).toBe(1);
    await alice.openTab(); // a fresh token opens another
  },
);

story(
  'a worker that drains says so, lets in nobody new, and keeps whom it has, also over a deploy, until their time is over',
  used,
  { alice: 1, bob: 0 },
  async ({ alice, bob }, stack) => {
    expect(await readiness()).toEqual([200, []]);
    await told('drain', ...here());
    expect(await readiness()).toEqual([503, ['draining']]);
    expect((await cli('status', ...here())).code).toBe(1);
    expect(await codeOf(bob.openTab())).toBe('unavailable');
    await alice.tab.setActive(true);
    await alice.openTab();
    expect((await deploy(stack)).ok).toBe(true);
    expect(await readiness()).toEqual([503, ['draining']]);
    expect(await codeOf(bob.openTab())).toBe('unavailable');
    await told('drain', '--end-after', '4s', ...here());
    expect((await deploy(stack)).ok).toBe(true);
    await waitUntil(
      'the session to have ended',
      async () => (await told('sessions', '--count', ...here())) === '0\n',
    );
    expect(await codeOf(new Tab(stack.info.bridge.url, alice.id).connect({ tab: alice.tab.id }))).toBe(
      'gone',
    );
    await told('drain', '--off', ...here());
    expect(await readiness()).toEqual([200, []]);
    await bob.openTab();
  },
);

story('the level of the log changes for a time, and goes back by itself', used, {}, async () => {
  const log = (): string => readFileSync(join(used.stack.plan.dir, 'logs/bridge.log'), 'utf8');
  const lines = (): number => log().split('"event":"log-level"').length - 1;
  await waitUntil('the worker that left to be gone, and the other to tell as usual', async () =>
    /^worker 1 \(pid \d+\): info\n$/.test(await told('loglevel', ...here())),
  );
  expect(await told('loglevel', 'debug', ...here())).toContain(': debug for 10m');
  await waitUntil('a line that says so', () => lines() === 1);
  expect(await told('loglevel', 'error', '--for', '1s', ...here())).toContain(': error for 1s');
  await waitUntil('it to be as before', async () => (await told('loglevel', ...here())).includes(': info'));
  expect(lines()).toBe(1); // an info, while errors alone are told
});

story(
  'a token that the command mints lets in its user, and nobody else',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, stack) => {
    const token = (await told('token', alice.id, '--for', '1m', ...here())).trim();
    const tab = await new Tab(stack.info.bridge.url, alice.id).connect({ token });
    await tab.leave();
    expect(await codeOf(new Tab(stack.info.bridge.url, bob.id).connect({ token }))).toBe('bad-token');
  },
);

test('settings are checked: usable ones, and all that is wrong at once', async () => {
  const { dir } = used.stack.plan;
  const right = await cli('check-config', ...here());
  expect([right.code, right.stdout]).toEqual([0, `${join(dir, 'im-bridge.yml')} is usable\n`]);
  const wrong = join(dir, 'wrong.yml');
  const text = readFileSync(join(dir, 'im-bridge.yml'), 'utf8');
  writeFileSync(wrong, `${text.replace(/^domain: .*/m, 'domain: Not A Name')}\nnonsense: 1\n`);
  const { code, stdout } = await cli('check-config', '--config', wrong);
  expect(code).toBe(1);
  expect(stdout).toContain('domain: must be a lower-case domain name');
  expect(stdout).toContain('nonsense: no such setting');
});

test('each verb has a help, and what a person says wrong is a sentence with code 2', async () => {
  expect(await told('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { stdout } = await cli('--help');
  const verbs = [...stdout.matchAll(/^ {2}([a-z-]+)(?: [A-Z]+)? {2,}/gm)].map(([, verb]) => verb ?? '');
  expect(verbs.length).toBeGreaterThan(12);
  for (const verb of verbs) {
    const help = await cli(verb, '--help');
    expect([verb, help.code, help.stdout]).toEqual([verb, 0, expect.stringContaining('Exit code')]);
  }
  for (const [args, says] of [
    [['kick'], 'name one user: im-bridge kick USER'],
    [['kick', 'Not-An-Id'], 'that is no user id'],
    [['user', 'alice', 'bob'], 'name one user'],
    [['token', 'alice', '--for', 'ever'], '--for is a number with s, m, h or d'],
    [['loglevel', 'loud'], 'name one level'],
    [['drain', '--worker', 'x'], '--worker is a whole number from 1 to 64'],
    [['drain', '--worker', '7'], 'no worker of place 7 listens'],
    [['sessions', '--limit', '0'], '--limit is a whole number from 1 to 1000'],
    [['status', 'now'], 'takes options alone'],
    [['migrate', '--dry'], "Unknown option '--dry': see --help"],
    [['rollout', '--percent', '101'], '--percent is a number from 0 to 100'],
    [['nothing'], 'there is no command nothing'],
    [['constructor'], 'there is no command constructor'],
  ] as const) {
    const verb = args[0] === 'nothing' ? [] : here();
    const { code, stderr } = await cli(...args, ...verb);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(says)]);
    expect(stderr).not.toMatch(/^ +at /m); // no stack
  }
});

test('who has read enough, and who has no room for it, gets no stack', async () => {
  const im = `${process.execPath} ${built('bridge/cli.js')}`;
  const shell = (command: string): Promise<{ stderr: string }> =>
    promisify(execFile)('bash', ['-c', command]);
  const { stderr } = await shell(`exec 3> >(exec <&-; sleep 1); ${im} --help >&3; echo "code $?" >&2`);
  expect(stderr).toBe('code 0\n');
  const full = shell(`${im} --help > /dev/full`);
  await expect(full).rejects.toMatchObject({
    code: 2,
    stderr: 'im-bridge: it could not be written (ENOSPC)\n',
  });
});

test('a bridge that does not run is said to be away', async () => {
  await used.stack.end('bridge');
  for (const verb of ['status', 'sessions']) {
    const { code, stderr } = await cli(verb, ...here());
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/no worker listens in .*: is the bridge running/),
    ]);
  }
  await used.stack.restart('bridge');
});
