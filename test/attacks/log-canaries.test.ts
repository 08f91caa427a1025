/**
 * A day's work on a whole stack with our logs at their lowest level and ejabberd's at ours: everything that is nobody
 * else's business has a canary in it, everything that can fail does, and then no log of any process has one.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { FaultySite, says, type Behaviour } from '../support/faulty-site.ts';
import { freePort } from '../support/ports.ts';
import type { SettingsChange } from '../support/settings.ts';
import type { Stack } from '../support/stack.ts';
import { siteDatabase, story, useStack, type Person } from '../support/story.ts';
import { call, callJsonp } from '../support/tab.ts';
import { beginTrace } from '../support/traces.ts';
import { waitUntil } from '../support/wait-until.ts';
import { exchange, metricsOf, quietTab } from './http-target.ts';
import { RawSocket } from './raw-socket.ts';

const PASSWORD = `canary-password-${randomUUID()}`;
const apiPort = await freePort();

/** Passwords are the API's to check: what it is asked and what it answers wrongly has them in it. */
const wrongAnswers: readonly Behaviour[] = [
  says(200, `{"ok": "canary-answer ${PASSWORD}`),
  says(200, JSON.stringify({ ok: `canary-answer ${PASSWORD}` })),
  says(200, `<h1>canary-answer ${PASSWORD}</h1>`, 'text/html'),
  says(500, `canary-answer ${PASSWORD}`),
  (response) => response.destroy(),
];
const rightAnswer: Behaviour = (response, asked) =>
  says(200, JSON.stringify({ ok: asked.body.includes(PASSWORD) }))(response, asked);

const change = {
  log: { level: 'trace' },
  limits: { hold: 0.5, passwordTries: 1000 },
  site: {
    queries: { password: undefined },
    api: {
      url: `http://127.0.0.1:${apiPort}/api`,
      secret: `canary-api-secret-${randomUUID()}`,
      breaker: { failures: 3, pause: 0.1 },
    },
  },
} as unknown as SettingsChange;

const used = useStack({ change });
let site: FaultySite;
beforeAll(async () => {
  site = await FaultySite.start(rightAnswer, apiPort);
});
afterAll(() => site.stop());

/** Every log in the stack's folder but the demo site's and the databases' own files. */
function logsOf(dir: string): ReadonlyMap<string, string> {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      /\.(?:log|err)(?:\.\d+)?$/.test(name) && name !== 'logs/site.log' && !name.startsWith('mariadb/data'),
  );
  return new Map(files.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

async function trySignIn(stack: Stack, user: string, password: string): Promise<string> {
  const { host, port, domain } = stack.info.xmpp;
  const socket = await RawSocket.open({ host, port, domain });
  try {
    return await socket.auth({ user, password });
  } finally {
    socket.destroy();
  }
}

/** Right and wrong passwords, and a site that answers what no site should. */
async function passwords(stack: Stack, user: string): Promise<void> {
  expect(await trySignIn(stack, user, PASSWORD)).toContain('<success');
  for (const wrong of ['canary-wrong', `canary-wrong${'x'.repeat(2000)}`, 'im-ticket.canary-ticket.a.b'])
    expect(await trySignIn(stack, user, wrong)).toContain('<failure');
  for (const behaviour of wrongAnswers) {
    site.behaviour = behaviour;
    expect(await trySignIn(stack, user, PASSWORD)).toContain('<failure');
  }
  site.behaviour = rightAnswer;
  await waitUntil('the site to be asked again', async () =>
    (await trySignIn(stack, user, PASSWORD)).includes('<success'),
  );
}

/** What is no protocol: over HTTP, and over XMPP before and after the sign-in. */
async function malformed(stack: Stack, url: string, user: string): Promise<void> {
  const port = Number(new URL(url).port);
  await exchange(port, `GET /v1/poll?tab=canary-tab HTTP/1.1\r\ncanary header\r\n\r\n`);
  await exchange(
    port,
    `POST /v1/send HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 18\r\n\r\n{"body":"canary-js`,
  );
  await exchange(port, `canary-verb / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const { host, domain } = stack.info.xmpp;
  for (const bytes of [
    '<canary-xml><&',
    `<auth mechanism='PLAIN'>canary-auth</auth>`,
    `<message><body>canary-early</body></message>`,
  ]) {
    const socket = await RawSocket.open({ host, port: stack.info.xmpp.port, domain });
    socket.write(bytes);
    socket.write('</stream:stream><');
    await socket.ended();
  }
  const signedIn = await RawSocket.signIn({
    host,
    port: stack.info.xmpp.port,
    domain,
    user,
    password: PASSWORD,
  });
  signedIn.write(`<message to='${user}@${domain}'><body>canary-cut &nothing;</body></message>`);
  await signedIn.ended();
}

/** Statements that the database refuses: those of the bridge with the value in the refusal, as that of a duplicate is. */
async function failingSql(stack: Stack, work: () => Promise<void>): Promise<void> {
  const database = await siteDatabase(stack);
  const { database: own } = stack.info.mysql;
  const refusals = {
    im_sent: "CONCAT('canary-sql ', NEW.cid)",
    im_user_state: "CONCAT('canary-sql ', LEFT(NEW.ui, 60))",
    archive: "'no more'", // ejabberd writes the words of the database as they are
  };
  for (const [table, words] of Object.entries(refusals))
    await database.query(
      `CREATE TRIGGER ${own}.refuse_${table} BEFORE INSERT ON ${own}.${table} FOR EACH ROW
       BEGIN DECLARE words VARCHAR(128) DEFAULT ${words};
       SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words; END`,
    );
  try {
    await work();
  } finally {
    for (const table of Object.keys(refusals)) await database.query(`DROP TRIGGER ${own}.refuse_${table}`);
    await database.end();
  }
}

/** A message by a client of one's own: it is not archived, and so refused. */
async function natively(stack: Stack, user: string, to: string): Promise<void> {
  const { host, port, domain } = stack.info.xmpp;
  const socket = await RawSocket.signIn({ host, port, domain, user, password: PASSWORD });
  socket.write(`<message to='${to}@${domain}' type='chat' id='native'><body>canary-body</body></message>`);
  await socket.expect(/<message[^>]*type='error'/);
  socket.destroy();
}

/** Each call with a canary in each place, some right and some wrong. */
async function chat(url: string, { alice: { id: u }, token, tab }: Day, to: string): Promise<void> {
  const who = { u, tab };
  const calls: [name: string, parameters: Record<string, string>][] = [
    ['connect', { u, token: `${token}canary-token` }],
    ['connect', { u, tab: 'canary-tab' }],
    ['poll', { ...who, cursor: 'canary-cursor' }],
    ['send', { ...who, to, body: 'canary-body', cid: randomUUID() }],
    ['send', { ...who, to: 'nobody', body: 'canary-body', cid: randomUUID() }],
    ['search', { ...who, q: 'canary-question' }],
    ['history', { ...who, with: to }],
    ['ui', { ...who, set: '{"draft":"canary-draft"}' }],
    ['presence', { ...who, show: 'dnd', status: 'canary-status' }],
    ['canary-call', who],
  ];
  const both = async ([name, parameters]: (typeof calls)[number]): Promise<void> => {
    await call(url, name, parameters);
    await callJsonp(url, name, parameters);
  };
  await Promise.all(calls.map(both)); // at once, as some wait for a database that is gone
}

/** Whose secrets went through a story. */
interface Day {
  readonly alice: Person;
  readonly token: string;
  readonly tab: string;
}

/** She is traced all day: her trace is one of the logs. */
async function begin(stack: Stack, alice: Person, url: string): Promise<Day> {
  await beginTrace(stack, alice.id);
  return { alice, token: await alice.token(), tab: (await quietTab(alice, url)).id };
}

/** They are the right logs, with what happened in them; and no line of any process has what it should not. */
async function checkLogs(stack: Stack, { alice, token, tab }: Day, signs: readonly string[]): Promise<void> {
  const logs = logsOf(stack.plan.dir);
  const all = [...logs.values()].join('\n') + (await metricsOf(stack));
  const parts = ['supervisor', 'bridge', 'component', 'auth'].map((part) => `"part":"${part}"`);
  for (const sign of [...parts, '"level":20', `"user":"${alice.id}"`, ...signs])
    expect({ sign, found: all.includes(sign) }).toEqual({ sign, found: true });
  expect([...logs.keys()]).toEqual(
    expect.arrayContaining(['ejabberd/logs/ejabberd.log', `run/traces/${alice.id}.log`]),
  );
  const secrets = JSON.parse(readFileSync(join(stack.plan.dir, 'secrets.json'), 'utf8')) as object;
  const own = [token, token.split('.')[2] ?? '', tab, stack.info.mysql.password];
  for (const secret of ['canary', 'im-ticket.', ...own, ...(Object.values(secrets) as string[])])
    expect({ secret, at: linesWith(logs, secret) }).toEqual({ secret, at: [] });
}

story(
  'in no log: right and wrong passwords, what a site answers that has gone mad, and what is no protocol',
  used,
  { alice: 0, bob: 1, carol: 0 },
  async ({ alice, bob, carol }, stack) => {
    const url = stack.info.bridge.url;
    const day = await begin(stack, alice, url);
    await passwords(stack, alice.id);
    await chat(url, day, bob.id);
    await chat(url, day, carol.id); // who is away
    await malformed(stack, url, alice.id);
    await checkLogs(stack, day, ['auth-no', 'auth-unavailable']);
  },
);

story(
  'in no log: what databases were asked that refuse, or are gone',
  used,
  { alice: 0, bob: 1 },
  async ({ alice, bob }, stack) => {
    const url = stack.info.bridge.url;
    const day = await begin(stack, alice, url);
    await failingSql(stack, async () => {
      await chat(url, day, bob.id);
      await natively(stack, alice.id, bob.id);
    });
    await stack.end('mariadb', 'kill');
    await chat(url, day, bob.id);
    await trySignIn(stack, alice.id, PASSWORD);
    await stack.restart('mariadb');
    const signs = ['pool-query-failed', 'ER_SIGNAL_EXCEPTION', 'was not archived: ']; // 45000, or `fault` from 23.10 on
    await checkLogs(stack, day, signs);
  },
);

story(
  'in no log: what was under way when the parts were killed',
  used,
  { alice: 0, bob: 1 },
  async ({ alice, bob }, stack) => {
    const url = stack.info.bridge.url;
    const day = await begin(stack, alice, url);
    await chat(url, day, bob.id);
    await stack.restart('component', 'kill');
    await stack.restart('ejabberd', 'kill');
    await bob.tab.sees('the link again', ({ snapshot }) => snapshot.connected);
    const { pids } = stack.info;
    process.kill(pids['worker'] ?? 0, 'SIGKILL');
    await waitUntil('another worker', () => stack.info.pids['worker'] !== pids['worker']);
    await waitUntil('it to be ready', () => metricsOf(stack).then(() => true));
    await checkLogs(stack, day, ['xmpp-down', 'component-up', 'worker-ended']);
  },
);

function linesWith(logs: ReadonlyMap<string, string>, text: string): string[] {
  return [...logs].flatMap(([name, log]) =>
    log
      .split('\n')
      .filter((line) => line.includes(text))
      .map((line) => `${name}: ${line.slice(0, 300)}`),
  );
}
