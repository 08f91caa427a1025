/** HAProxy, with the configuration that `im-bridge haproxy-config` prints, in front of two workers. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cli, told } from '../support/cli.ts';
import { haproxyOn, startHaproxy } from '../support/haproxy.ts';
import { freePort } from '../support/ports.ts';
import type { Process } from '../support/process.ts';
import { startSecondBridge } from '../support/second-bridge.ts';
import { Person, useStack } from '../support/story.ts';
import { call, callJsonp, Tab, type Answer } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

const HOLD = 2;
const USERS = Array.from({ length: 8 }, (_, n) => `u${n}`);
const used = useStack({ users: 10, friends: 3 });
let bridge: Awaited<ReturnType<typeof startSecondBridge>>;
const proxies: Process[] = [];
let url = '';

async function proxied(...options: readonly string[]): Promise<number> {
  const port = await freePort();
  const bind = ['--bind', `127.0.0.1:${port}`, '--config', bridge.settings];
  const text = await told('haproxy-config', ...bind, ...options);
  proxies.push(await startHaproxy(used.stack.plan.dir, text, port));
  return port;
}

beforeAll(async () => {
  bridge = await startSecondBridge(used.stack.plan.dir, {
    supervisor: { workers: 2 },
    http: { trustedProxies: ['127.0.0.1'] },
    limits: { hold: HOLD, connectsPerAddress: 30, grace: 0 },
  });
  url = `http://127.0.0.1:${await proxied()}`;
  await waitUntil('HAProxy to have found a worker', async () => (await fetch(`${url}/none`)).status === 404);
}, 120_000);

afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await bridge.stop();
});

const tokenOf = (user: string): Promise<string> => new Person(user, used.stack).token();
const open = async (user: string): Promise<Tab> => new Tab(url, user).connect({ token: await tokenOf(user) });

/** As a client does: what the old worker did not do, it asks again. */
async function isKnown({ user, id }: Tab): Promise<void> {
  await waitUntil(`${user}'s tab to be known`, async () => {
    const { ok, error } = await call(url, 'active', { u: user, tab: id, active: true });
    if (!ok && error?.code !== 'unavailable') throw new Error(error?.code);
    return ok;
  });
}

/** User -> the worker that has the session. */
async function places(): Promise<Map<string, number>> {
  const text = await told('sessions', '--json', '--config', bridge.settings);
  const { sessions } = JSON.parse(text) as { sessions: { user: string; place: number }[] };
  expect(new Set(sessions.map(({ user }) => user)).size).toBe(sessions.length); // nobody at both
  return new Map(sessions.map(({ user, place }) => [user, place]));
}

test('HAProxy has nothing against what is printed, with TLS and several machines as well', async () => {
  const { dir } = used.stack.plan;
  const pem = certificateIn(dir);
  const settings = join(dir, 'wide.yml');
  const wide = readFileSync(bridge.settings, 'utf8').replace(/^(http|admin):$/gm, '$1:\n  host: 0.0.0.0');
  writeFileSync(settings, wide);
  const machines = ['--machines', '10.0.0.1,10.0.0.2,fd00::3'];
  for (const options of [[], ['--certificate', pem], machines]) {
    const file = join(dir, 'checked.cfg');
    writeFileSync(file, await told('haproxy-config', '--config', settings, ...options));
    const { status, said } = haproxyOn(file);
    expect([status, said]).toEqual([0, expect.stringMatching(/^Configuration file is valid\s*$/)]);
  }
});

test('all calls of a user reach one worker, however they are made, and users are spread over both', async () => {
  const tabs = await Promise.all(USERS.map(open)); // POST with u in the body alone
  const callAll = async (tab: Tab): Promise<void> => {
    const known = { u: tab.user, tab: tab.id };
    const answers: Answer[] = [
      await call(url, `active?u=${tab.user}`, { ...known, active: true }), // as our client does
      await call(url, 'ui', { set: { padding: 'x'.repeat(20_000) }, ...known }), // longer than a usual buffer
      await callJsonp(url, 'history', { ...known, with: 'u9' }),
      (await (
        await fetch(`${url}/v1/ui?${new URLSearchParams({ ...known, set: '{"a":1}' })}`)
      ).json()) as Answer,
    ];
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    await tab.stream();
    await tab.setActive(true);
    await tab.stop();
    expect(await tab.poll()).toEqual(expect.any(Array));
  };
  await Promise.all(tabs.map(callAll));
  const found = await places();
  expect([...found.keys()]).toEqual(USERS);
  expect(new Set(found.values())).toEqual(new Set([1, 2]));
  for (const tab of tabs) await tab.leave();
});

test('ids that have to be written otherwise in addresses reach the same worker as in JSON', async () => {
  for (const user of ['a+b@example', "o'brien", '50%', 'a&u=b']) {
    const by = [
      await call(url, 'connect', { u: user, token: 'none' }),
      await callJsonp(url, 'connect', { u: user, token: 'none' }),
    ];
    expect(by.map(({ error }) => error?.code)).toEqual(['bad-token', 'bad-token']);
  }
  const log = readFileSync(join(used.stack.plan.dir, 'logs/haproxy.log'), 'utf8');
  const servers = [...log.matchAll(/workers\/(m1w\d) .* \/v1\/connect$/gm)].map(([, server]) => server);
  const last = servers.slice(-8);
  expect([last[0], last[2], last[4], last[6]]).toEqual([last[1], last[3], last[5], last[7]]);
  expect(log).not.toContain('token=');
});

test('a poll is held to its end, and what a page asks beforehand is answered', async () => {
  const tab = await open('u0');
  let events = await tab.poll();
  while (events.length > 0) events = await tab.poll(); // friends come and go
  expect(events).toEqual([]); // its time was over: a proxy that had cut it would have answered otherwise
  await tab.leave();
  const origin = used.stack.info.site.url;
  const asked = await fetch(`${url}/v1/send?u=u0`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
});

/** From another address of the loopback network. */
function connectFrom(localAddress: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const target = `${url}/v1/connect?u=nobody&token=none`;
  return new Promise((resolve, reject) => {
    const asked = request(target, { localAddress, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('end', () => resolve((JSON.parse(text) as Answer).error?.code ?? 'ok'));
    });
    asked.once('error', reject).end();
  });
}

test('each address is counted for itself, and nobody can write another one', async () => {
  const codes: string[] = [];
  for (let n = 0; n < 32; n += 1)
    codes.push(await connectFrom('127.0.0.2', { 'x-forwarded-for': `10.1.1.${n}` }));
  expect([codes[0], codes.at(-1)]).toEqual(['bad-token', 'rate-limited']);
  expect(await connectFrom('127.0.0.3')).toBe('bad-token');
});

test('a worker that drains is left by HAProxy, its users go on at the other, and a deploy moves nobody', async () => {
  const tabs = await Promise.all(USERS.map(open));
  const before = await places();
  const deployed = await told('deploy', '--config', bridge.settings);
  expect(deployed).toMatch(
    /^place 1 of 2: worker \d+ has taken over.*\nplace 2 of 2: worker \d+ has taken over/,
  );
  await Promise.all(tabs.map(isKnown));
  expect(await places()).toEqual(before);
  await told('drain', '--worker', '1', '--config', bridge.settings);
  const moved = USERS.filter((user) => before.get(user) === 1);
  expect(moved.length).toBeGreaterThan(0);
  for (const tab of tabs.filter(({ user }) => moved.includes(user))) {
    await waitUntil(`${tab.user} to be sent elsewhere`, async () => {
      const { error } = await call(url, 'active', { u: tab.user, tab: tab.id, active: true });
      return error?.code === 'gone';
    });
    await (await open(tab.user)).setActive(true);
  }
  await Promise.all(tabs.filter(({ user }) => !moved.includes(user)).map(isKnown));
  await told('drain', '--off', '--config', bridge.settings);
});

test('with a certificate it speaks TLS, and HTTP/2', async () => {
  const pem = certificateIn(used.stack.plan.dir);
  const port = await proxied('--certificate', pem);
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  try {
    const status = await waitUntil(
      'an answer of a worker',
      () =>
        new Promise<number | undefined>((resolve, reject) => {
          const asked = session.request({ ':path': '/v1/connect?u=u0&token=none' });
          asked.once('response', (headers) => resolve(headers[':status'] === 401 ? 401 : undefined));
          asked.once('error', reject);
          asked.resume().end();
        }),
    );
    expect(status).toBe(401);
  } finally {
    session.close();
  }
});

test('what can not be is refused with a sentence', async () => {
  const config = ['--config', bridge.settings];
  const wrong = await Promise.all([
    cli('haproxy-config', ...config, '--machines', '10.0.0.1'),
    cli('haproxy-config', ...config, '--machines', 'a,a'),
    cli('haproxy-config', ...config, '--bind', ':80 # none'),
    cli('haproxy-config', ...config, 'more'),
  ]);
  expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  expect(wrong.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('http.host is 127.0.0.1'),
    expect.stringContaining('--machines: name each once'),
    expect.stringContaining("can't stand in HAProxy's configuration"),
    expect.stringContaining('takes options alone'),
  ]);
});

function certificateIn(dir: string): string {
  const [key, certificate, pem] = ['tls.key', 'tls.crt', 'tls.pem'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const { status, stderr } = spawnSync('openssl', [...made, '-keyout', key, '-out', certificate], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  writeFileSync(pem, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'));
  return pem;
}
