/** What nobody may read anywhere: canaries go through all calls and faults, and are looked for in all logs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Process } from '../support/process.ts';
import { startSecondBridge } from '../support/second-bridge.ts';
import { Person, story, useStack } from '../support/story.ts';
import { call, callJsonp, type Answer } from '../support/tab.ts';
import { exchange, metricsOf, quietTab } from './http-target.ts';

const used = useStack({
  change: { log: { level: 'debug' }, limits: { hold: 0.5, sendRate: 1000, sendBurst: 1000 } },
});
const url = (): string => used.stack.info.bridge.url;

/** All that any process has logged. */
function allLogs(dir: string): string {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:log|err)(?:\.\d+)?$/.test(name),
  );
  return files.map((name) => readFileSync(join(dir, name), 'utf8')).join('\n');
}

/** Every call with secrets in every place that takes one, right and wrong. */
async function allCalls(tab: string, u: string, to: string, token: string): Promise<void> {
  const who = { u, tab };
  const calls: [name: string, parameters: Record<string, string>][] = [
    ['connect', { u, token: `${token}canary-token` }],
    ['connect', { u, token: 'canary-token' }],
    ['connect', { u, tab: 'canary-tab' }],
    ['poll', { ...who, cursor: 'canary-cursor' }],
    ['poll', { u, tab: 'canary-tab', cursor: 'x:1' }],
    ['send', { ...who, to, body: 'canary-body', cid: `c${Math.random()}` }],
    ['send', { ...who, to: 'nobody', body: 'canary-body', cid: 'c2' }],
    ['send', { ...who, to, body: 'canary-body', cid: '<canary-cid>' }],
    ['typing', { ...who, to, state: 'canary-state' }],
    ['search', { ...who, q: 'canary-question' }],
    ['history', { ...who, with: to }],
    ['ui', { ...who, set: '{"draft":"canary-draft"}' }],
    ['presence', { ...who, show: 'dnd', status: 'canary-status' }],
    ['read', { ...who, with: to, upTo: 'canary-id' }],
    ['canary-call', who],
  ];
  for (const [name, parameters] of calls) {
    await call(url(), name, parameters);
    await callJsonp(url(), name, parameters);
  }
}

story(
  'H8 secrets: tokens, tabs and texts are in no log and no metric, with the log at debug and parts failing',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, stack) => {
    const token = await alice.token();
    const tab = await quietTab(alice, url());
    await allCalls(tab.id, alice.id, bob.id, token);
    await exchange(
      Number(new URL(url()).port),
      `GET /v1/poll?tab=${tab.id}&canary-address HTTP/1.1\r\ncanary header\r\n\r\n`,
    );
    process.kill(stack.mariadb.pid, 'SIGSTOP'); // every query fails now, and is logged
    try {
      await Promise.all(
        [1, 2, 3].map((n) =>
          call(url(), 'send', { u: alice.id, tab: tab.id, to: bob.id, body: 'canary-body', cid: `f${n}` }),
        ),
      );
      await call(url(), 'ui', { u: alice.id, tab: tab.id, set: { draft: 'canary-draft' } });
      await call(url(), 'connect', { u: bob.id, token: await bob.token() });
    } finally {
      process.kill(stack.mariadb.pid, 'SIGCONT');
    }
    await stack.restart('component', 'kill');
    await stack.ejabberd.ctl('kick_user', alice.id, stack.info.xmpp.domain);
    const texts = allLogs(stack.plan.dir) + (await metricsOf(stack));
    expect(texts).toContain(`"user":"${alice.id}"`); // they are the right logs, and talk about these people
    expect(texts).toContain('"level":20');
    for (const secret of [token, token.split('.')[2] ?? '', tab.id, 'canary', stack.info.token.secret])
      expect({ secret, at: texts.split('\n').filter((line) => line.includes(secret)) }).toEqual({
        secret,
        at: [],
      });
  },
);

const codeOf = ({ error }: Answer): string => error?.code ?? 'ok';

story(
  'F17 tokens: good from now until they end, give or take the leeway, and as often as one likes',
  used,
  { alice: 0 },
  async ({ alice }) => {
    const connect = async (expires: string): Promise<string> =>
      codeOf(await call(url(), 'connect', { u: alice.id, token: await alice.token({ expires }) }));
    expect(await connect('-20s')).toBe('ok');
    expect(await connect('-40s')).toBe('token-expired');
    const token = await alice.token();
    for (let n = 0; n < 3; n += 1)
      expect(codeOf(await call(url(), 'connect', { u: alice.id, token }))).toBe('ok');
  },
);

describe('with a public key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  let second: (Process & { readonly url: string }) | undefined;
  beforeAll(async () => {
    second = await startSecondBridge(used.stack.plan.dir, { token: { publicKey: pem } });
  });
  afterAll(async () => {
    await second?.stop();
  });

  test('F17 tokens: nobody signs by knowing it', async () => {
    const alice = new Person('alice', used.stack);
    const claims = (): SignJWT => new SignJWT().setSubject('alice').setAudience('im').setExpirationTime('5m');
    const connect = async (token: string): Promise<string> =>
      codeOf(await call(second?.url ?? '', 'connect', { u: 'alice', token }));
    const keys = [pem, pem.trim(), createPublicKey(pem).export({ type: 'spki', format: 'der' })];
    for (const key of keys)
      expect(await connect(await claims().setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key)))).toBe(
        'bad-token',
      );
    expect(await connect(await alice.token())).toBe('bad-token');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await connect(await claims().setProtectedHeader({ alg: 'ES256' }).sign(other))).toBe('bad-token');
    expect(await connect(await claims().setProtectedHeader({ alg: 'ES256' }).sign(privateKey))).toBe('ok');
  });
});
