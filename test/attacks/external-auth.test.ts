/**
 * Frames that no ejabberd sends, straight into the external-auth script: one answer to each, in order, whatever
 * they hold; a yes only for the right password of an account; and the process lives.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Config } from '../../bridge/config/schema.ts';
import { mintTicket } from '../../bridge/xmpp/ticket.ts';
import { demoQueries } from '../demo/site/queries.ts';
import { seed } from '../demo/site/seed.ts';
import { AUTH_DOMAIN as DOMAIN, AuthScript, frameOf } from '../support/auth-script.ts';
import { DATABASE, SITE_DATABASE, secretsOf, settingsFor, writeSettings } from '../support/settings.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePorts } from '../support/stack-ports.ts';
import { waitUntil } from '../support/wait-until.ts';

let dir: string;
let mariadb: Mariadb;
let script: AuthScript;
let ticket: Config['ticket'];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'im-frames-'));
  const ports = await freePorts();
  mariadb = await startMariadb({ dir: join(dir, 'mariadb'), port: ports.mysql });
  const { socket, user, password } = mariadb;
  for (const name of [DATABASE, SITE_DATABASE]) await ensureDatabase(mariadb, name);
  await seed({ socket, user, password, database: SITE_DATABASE });
  const mysql = { socket, user, password };
  const many = { limits: { passwordTries: 1000 } }; // guessing.test.ts has the limit
  const settings = settingsFor({
    domain: DOMAIN,
    ports,
    mysql,
    queries: demoQueries,
    secrets: secretsOf(dir),
    change: many,
  });
  const { path, config } = writeSettings(dir, settings);
  ({ ticket } = config);
  script = new AuthScript(join(dir, 'auth.log'), ['--config', path]);
  await waitUntil('the script to know its people', () => script.ask('isuser', 'alice', DOMAIN));
}, 120_000);

/** Whatever was fed to it: the same process, an answer for each frame and not a byte more, and the next are right. */
afterEach(async () => {
  const { pid } = script;
  expect(await script.auth('bob', 'pw-bob')).toBe(true);
  expect(await script.auth('bob', 'pw-alice')).toBe(false);
  expect(await script.auth('alice', await mintTicket(ticket, 'alice'))).toBe(true);
  expect([script.pid, script.running, script.written]).toEqual([pid, true, 4 * script.asked]);
});

afterAll(async () => {
  await script.end();
  await mariadb.kill();
  rmSync(dir, { recursive: true });
});

const PASSWORD = 'pw-alice';
const CONTROLS = ['\0', '\u0001', '\n', '\r\n', '\t', '\u001b[2J', '\u007f', '\u0085', '\u2028', '\ufeff'];
const long = (length: number): string => 'x'.repeat(length);

/** Requests that are for nobody: operation, user, server, password. */
const NOBODY: readonly (readonly string[])[] = [
  ...CONTROLS.flatMap((control) => [
    ['auth', `alice${control}`, DOMAIN, PASSWORD],
    ['auth', `${control}alice`, DOMAIN, PASSWORD],
    ['auth', 'alice', `${DOMAIN}${control}`, PASSWORD],
    ['auth', 'alice', DOMAIN, `${PASSWORD}${control}`],
    ['auth', 'alice', DOMAIN, `${control}${PASSWORD}`],
    [`auth${control}`, 'alice', DOMAIN, PASSWORD],
    ['isuser', `alice${control}`, DOMAIN],
    ['isuser', 'alice', `${DOMAIN}${control}`],
  ]),
  // A colon in each field moves what stands behind it.
  ['auth', 'alice:x', DOMAIN, PASSWORD],
  ['auth', 'al:ice', DOMAIN, PASSWORD],
  ['auth', ':alice', DOMAIN, PASSWORD],
  ['auth', 'alice', `x:${DOMAIN}`, PASSWORD],
  ['auth', 'alice', `${DOMAIN}:x`, PASSWORD],
  ['auth', 'alice', DOMAIN, `:${PASSWORD}`],
  ['auth', 'alice', DOMAIN, `${PASSWORD}:`],
  ['auth', 'alice', DOMAIN, `x:${PASSWORD}`],
  ['auth:isuser', 'alice', DOMAIN, PASSWORD],
  ['isuser', 'alice', DOMAIN, 'x'],
  ['isuser', 'alice', `${DOMAIN}:`],
  ['isuser', ':alice', DOMAIN],
  // Fields that are missing, empty, or too long.
  [''],
  ['auth'],
  ['auth', ''],
  ['auth', 'alice'],
  ['auth', 'alice', DOMAIN],
  ['auth', '', DOMAIN, PASSWORD],
  ['auth', '', '', ''],
  ['auth', 'alice', '', PASSWORD],
  ['auth', 'alice', DOMAIN, ''],
  ['isuser'],
  ['isuser', ''],
  ['isuser', '', DOMAIN],
  ...[129, 1024, 60_000].flatMap((length) => [
    ['auth', long(length), DOMAIN, PASSWORD],
    ['auth', 'alice', long(length), PASSWORD],
    ['auth', 'alice', DOMAIN, long(length)],
    ['auth', 'alice', DOMAIN, `${PASSWORD}${long(length)}`],
    [long(length), 'alice', DOMAIN, PASSWORD],
    ['isuser', long(length), DOMAIN],
  ]),
  ['auth', 'alice', DOMAIN, `im-ticket.${long(60_000)}`],
  ['auth', 'alice', DOMAIN, 'im-ticket.'],
  ['auth', 'alice', DOMAIN, 'im-ticket...'],
  // Names that some database or canonicaliser might take for alice's.
  ...[
    'ALICE',
    'Alice',
    'alice ',
    ' alice',
    'alic\u00e9',
    '\uff41lice',
    'al\u0131ce',
    'alice\u00ad',
    'alice%',
    'alic_',
  ].map((user) => ['auth', user, DOMAIN, PASSWORD]),
  ...[
    "alice' OR '1'='1",
    "' UNION SELECT 1 -- ",
    'alice\\',
    'alice\\20',
    'alice"',
    'alice;--',
    '__proto__',
    'constructor',
  ].map((user) => ['auth', user, DOMAIN, PASSWORD]),
  // Operations that change accounts, and some that there are not.
  ...[
    'setpass',
    'tryregister',
    'removeuser',
    'removeuser3',
    'certauth',
    'AUTH',
    'auth ',
    'IsUser',
    'eval',
  ].flatMap((operation) => [
    [operation, 'alice', DOMAIN, PASSWORD],
    [operation, 'alice', DOMAIN],
    [operation, 'eve', DOMAIN, 'pw-eve'],
  ]),
];

test(`${NOBODY.length} requests for nobody are all answered no, one by one and all at once`, async () => {
  const frames = NOBODY.map((fields) => frameOf(fields.join(':')));
  const from = script.asked;
  for (const frame of frames.slice(0, 40)) {
    script.write(frame, 1);
    await script.answered();
  }
  script.write(Buffer.concat(frames), frames.length);
  const answers = (await script.answered()).slice(from);
  const yes = answers.map((answer, i) => (answer ? NOBODY[i < 40 ? i : i - 40]?.join(':').slice(0, 80) : ''));
  expect(yes.filter((text) => text !== '')).toEqual([]);
  expect(answers).toHaveLength(40 + NOBODY.length);
});

test('a password may hold colons, and no other field may', async () => {
  expect(await script.ask('auth', 'bob', DOMAIN, 'pw-bob')).toBe(true);
  expect(await script.ask('auth', 'bob', DOMAIN, 'pw-bob:', ':')).toBe(false);
  expect(script.log).not.toContain('"user":"bob:');
});

test.each([
  ['no UTF-8', [0xff, 0xfe]],
  ['an overlong colon', [0xc0, 0xba]],
  ['half a character', [0xe2, 0x82]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
])('%s in any place is a no', async (_name, bad) => {
  const text = Buffer.from(`auth:alice:${DOMAIN}:${PASSWORD}`);
  for (let at = 0; at <= text.length; at += 1)
    script.write(frameOf(Buffer.concat([text.subarray(0, at), Buffer.from(bad), text.subarray(at)])), 1);
  const answers = (await script.answered()).slice(-text.length - 1);
  expect(answers).toEqual(answers.map(() => false));
});

test('lengths of 0 and 65,535 are frames as others are', async () => {
  const frames = [
    Buffer.alloc(0),
    Buffer.alloc(65_535),
    Buffer.alloc(65_535, ':'),
    Buffer.alloc(65_535, 'auth:'),
  ];
  const right = frameOf(`isuser:alice:${DOMAIN}`);
  script.write(Buffer.concat(frames.flatMap((payload) => [frameOf(payload), right])), 8);
  expect((await script.answered()).slice(-8)).toEqual([false, true, false, true, false, true, false, true]);
});

test('frames cut anywhere, and frames that come as one, are the same frames', async () => {
  const asked = [`isuser:alice:${DOMAIN}`, 'x', `isuser:bob:${DOMAIN}`, '', `isuser:eve:${DOMAIN}`];
  const wanted = [true, false, true, false, false];
  const text = Buffer.concat(asked.map(frameOf));
  for (let cut = 1; cut < text.length; cut += 7) {
    script.write(text.subarray(0, cut), 0);
    await new Promise((resolve) => setImmediate(resolve)); // so that it is two reads, as far as a pipe allows
    script.write(text.subarray(cut), asked.length);
    expect((await script.answered()).slice(-asked.length)).toEqual(wanted);
  }
  for (const byte of text) script.write(Buffer.from([byte]), 0);
  script.write(Buffer.alloc(0), asked.length);
  expect((await script.answered()).slice(-asked.length)).toEqual(wanted);
});

test('5,000 random frames between true questions: each question has its own answer', async () => {
  const field = fc.oneof(
    fc.constantFrom('alice', 'bob', DOMAIN, '', 'pw-alice', '\0', ':'),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const operation = fc.constantFrom(
    'isuser',
    'setpass',
    'tryregister',
    'removeuser3',
    'certauth',
    '',
    'Auth',
    'auth\0',
  );
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(operation, fc.array(field, { minLength: 3, maxLength: 6 }))
      .map(([name, fields]) => Buffer.from([name, ...fields].join(':'))),
  );
  const frames: Buffer[] = [];
  const wanted: boolean[] = [];
  for (const [i, payload] of fc.sample(noise, { numRuns: 5000, seed: 20_261_124 }).entries()) {
    frames.push(frameOf(payload));
    wanted.push(false);
    if (i % 10 !== 0) continue;
    const known = i % 20 === 0;
    frames.push(frameOf(`isuser:${known ? 'carol' : 'nobody'}:${DOMAIN}`));
    wanted.push(known);
  }
  script.write(Buffer.concat(frames), frames.length);
  expect((await script.answered()).slice(-frames.length)).toEqual(wanted);
});

test('the log of all that has neither a password nor a line that somebody else wrote', () => {
  const lines = script.log.trimEnd().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ part: 'auth' });
  for (const secret of ['pw-alice', 'pw-bob', 'pw-eve', ticket.secret])
    expect(script.log).not.toContain(secret);
});
