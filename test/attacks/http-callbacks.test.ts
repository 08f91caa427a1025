/** JSONP: a callback is a name or nothing, and every answer of a script tag can be called. */
import { expect, test } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { randomFrom, type Random } from '../support/random.ts';
import { story } from '../support/story.ts';
import { callJsonp } from '../support/tab.ts';
import { inLanes, quietTab, useTarget } from './http-target.ts';

const SEED = 20_240;
const NAMES = 10_000;
const used = useTarget({
  change: { limits: { hold: 1, tabs: 3, sendBurst: 3, sendRate: 0.1, message: 1000 } },
});

/** What names are made of, half of it what no name may have. */
const PIECES = [
  ...['a', 'cb', '$', '_', '.', 'x9', 'IMDock', 'callbacks', '__proto__', 'constructor', 'prototype'],
  ...[
    '"',
    "'",
    '`',
    '<',
    '>',
    '</script>',
    '<!--',
    '(',
    ')',
    ';',
    '=',
    '[',
    ']',
    '[]',
    '/',
    '//',
    '/*',
    '*/',
    '\\',
  ],
  ...[
    '\n',
    '\r',
    '\t',
    ' ',
    '\0',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\u00a0',
    '\u200d',
    'ä',
    'é',
    '𝒶',
    '\u{e0001}',
  ],
  ...[
    '\\u0061',
    '\\x61',
    '%61',
    '&#97;',
    '${a}',
    '-',
    '+',
    '0',
    '9',
    'alert',
    'eval',
    'CWS\u0007',
    'x'.repeat(60),
  ],
];

function nameOf(random: Random): string {
  const count = 1 + Math.floor(random() * 6);
  const piece = (): string => PIECES[Math.floor(random() * PIECES.length)] ?? '';
  const name = Array.from({ length: count }, piece).join('');
  return random() < 0.001 ? name.repeat(100).slice(0, 600) : name;
}

/** The rule of docs/protocol.md, put another way than the bridge has it. */
function isName(text: string): boolean {
  const parts = text.split('.');
  const letters = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$');
  const isIdentifier = (part: string): boolean =>
    letters.has(part.charAt(0)) &&
    Array.from(part).every((letter) => letters.has(letter) || '0123456789'.includes(letter));
  return text.length <= 64 && parts.length <= 4 && parts.every(isIdentifier);
}

async function ask(query: string): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`${used.url}/v1/poll?${query}`);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

test(`H1 callback names: of ${NAMES} made at random, those that are none are refused and not echoed`, async () => {
  const random = randomFrom(SEED);
  const names = Array.from({ length: NAMES }, () => nameOf(random));
  const answers = await inLanes(names, 8, (name) => ask(`callback=${encodeURIComponent(name)}`));
  const refusals = new Set<string>();
  answers.forEach(({ status, type, text }, i) => {
    const name = names[i] as string;
    const good = isName(name);
    expect({ name, status, type }).toEqual({
      name,
      status: good ? 200 : 400,
      type: good ? 'text/javascript; charset=utf-8' : 'application/json; charset=utf-8',
    });
    if (good) expect(text.startsWith(`/**/ typeof ${name} === 'function' && ${name}({`)).toBe(true);
    else refusals.add(text);
  });
  expect(refusals.size).toBe(1); // one text for all of them has nothing of any in it
  expect(names.filter(isName).length).toBeGreaterThan(100);
});

test.each([
  'callback[]=a',
  'callback=a&callback=b',
  'callback=a&callback=a',
  'callback=',
  'callback',
  'callback=a&Callback=b',
])('H1 callback names: %s is one name or a refusal', async (query) => {
  const { status, text } = await ask(query);
  if (text.startsWith('/**/')) expect(text).toMatch(/^\/\*\*\/ typeof a === 'function' && a\(\{"ok":false/);
  else expect(status).toBe(400);
});

story(
  'H2 Rosetta Flash, H20 errors: each answer to a script tag begins with a comment, is 200, and calls back with its code',
  used,
  { alice: 0, bob: 0, dave: 0 },
  async ({ alice, bob, dave }) => {
    const tab = await quietTab(alice, used.url);
    const me = { u: alice.id, tab: tab.id };
    const token = await alice.token();
    const expired = await alice.token({ expires: '-5m' });
    const text = { to: bob.id, body: 'hello' };
    const asked: [code: string, name: string, parameters: Record<string, string>][] = [
      ['ok', 'poll', { ...me, cursor: tab.cursor }],
      ['ok', 'send', { ...me, ...text, cid: 'one' }],
      ['bad-request', 'send', { ...me, ...text, cid: '<' }],
      ['bad-request', 'send', { ...me, to: bob.id, body: 'another text', cid: 'one' }],
      ['bad-request', 'nothing', me],
      ['bad-request', 'stream', { u: alice.id }],
      ['bad-token', 'connect', { u: alice.id, token: 'no token' }],
      ['token-expired', 'connect', { u: alice.id, token: expired }],
      ['not-friends', 'send', { ...me, to: dave.id, body: 'hello', cid: 'two' }],
      ['gone', 'poll', { u: alice.id, tab: 'nobody', cursor: tab.cursor }],
      ['gone', 'poll', { ...me, cursor: 'other:1' }],
      ['too-large', 'send', { ...me, to: bob.id, body: 'x'.repeat(2000), cid: 'three' }],
      ['too-large', 'send', { ...me, to: bob.id, body: 'x'.repeat(8192), cid: 'four' }],
      ['rate-limited', 'send', { ...me, to: bob.id, body: 'hello', cid: 'five' }],
      ['ok', 'connect', { u: alice.id, token }],
      ['ok', 'connect', { u: alice.id, token }],
      ['too-many-tabs', 'connect', { u: alice.id, token }],
      ['ok', 'leave', me],
    ];
    for (const [code, name, parameters] of asked) {
      const response = await fetch(
        `${used.url}/v1/${name}?${new URLSearchParams({ ...parameters, callback: 'got' }).toString()}`,
      );
      const script = await response.text();
      const got: { error?: { code: string } }[] = [];
      runInNewContext(script, { got: (answer: object) => got.push(answer) });
      expect([name, got.length, got[0]?.error?.code ?? 'ok']).toEqual([name, 1, code]);
      expect([response.status, script.slice(0, 4)]).toEqual([200, '/**/']);
    }
  },
);

story(
  'H20 errors: a database that does not answer and a tab that has left are told to a script tag too',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, { mariadb }) => {
    const tab = await quietTab(alice, used.url);
    const send = (cid: string): ReturnType<typeof callJsonp> =>
      callJsonp(used.url, 'send', { u: alice.id, tab: tab.id, to: bob.id, body: 'hello', cid });
    process.kill(mariadb.pid, 'SIGSTOP');
    try {
      expect((await send('c1')).error).toMatchObject({ code: 'unavailable', retryAfter: expect.any(Number) });
    } finally {
      process.kill(mariadb.pid, 'SIGCONT');
    }
    expect(await callJsonp(used.url, 'leave', { u: alice.id, tab: tab.id })).toMatchObject({ ok: true });
    expect((await send('c2')).error?.code).toBe('gone');
  },
);
