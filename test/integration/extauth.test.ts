/** The external-auth script as ejabberd runs it: a process of its own, frames in, frames out, a real database. */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { argon2id } from 'hash-wasm';
import { SignJWT } from 'jose';
import mysql from 'mysql2/promise';
import type { Config } from '../../bridge/config/schema.ts';
import { mintTicket } from '../../bridge/xmpp/ticket.ts';
import { demoQueries } from '../demo/site/queries.ts';
import { seed } from '../demo/site/seed.ts';
import { AUTH_DOMAIN as DOMAIN, AuthScript, frameOf } from '../support/auth-script.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { secretsOf, settingsFor, SITE_DATABASE, writeSettings, type Settings } from '../support/settings.ts';
import { freePorts } from '../support/stack-ports.ts';
import { whileStopped } from '../support/stopped.ts';
import { waitUntil } from '../support/wait-until.ts';

let dir: string;
let mariadb: Mariadb;
let site: mysql.Connection;
let base: Settings;
let config: Config;
let path: string;
const scripts: AuthScript[] = [];
let runs = 0;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'im-extauth-'));
  const ports = await freePorts();
  mariadb = await startMariadb({ dir: join(dir, 'mariadb'), port: ports.mysql });
  await ensureDatabase(mariadb, SITE_DATABASE);
  const { socket, user, password } = mariadb;
  await seed({ socket, user, password, database: SITE_DATABASE });
  site = await mysql.createConnection({ socketPath: socket, user, password, database: SITE_DATABASE });
  base = settingsFor({
    domain: DOMAIN,
    ports,
    mysql: { socket, user, password },
    queries: demoQueries,
    secrets: secretsOf(dir),
    change: { log: { level: 'trace' } },
  });
  ({ path, config } = writeSettings(dir, base));
}, 120_000);

afterEach(async () => {
  await Promise.all(scripts.splice(0).map((script) => script.end()));
});

afterAll(async () => {
  await site.end();
  await mariadb.kill();
  rmSync(dir, { recursive: true });
});

function run(args: readonly string[], env?: Readonly<Record<string, string>>): AuthScript {
  const script = new AuthScript(join(dir, `auth-${++runs}.log`), args, env);
  scripts.push(script);
  return script;
}

const start = (env?: Readonly<Record<string, string>>): AuthScript => run(['--config', path], env);

describe('the external-auth script', () => {
  test('lets in who has the site password, with each kind of hash, and nobody else', async () => {
    const script = start();
    for (const user of ['alice', 'bob', 'carol']) {
      expect([user, await script.auth(user, `pw-${user}`)]).toEqual([user, true]);
      expect([user, await script.auth(user, `pw-${user}x`)]).toEqual([user, false]);
      expect([user, await script.auth(user, '')]).toEqual([user, false]);
    }
    expect(await script.auth('alice', 'pw-bob')).toBe(false);
    expect(await script.auth('nobody', 'pw-nobody')).toBe(false);
    expect(await script.auth('ALICE', 'pw-alice')).toBe(false);
    expect(await script.auth('alice', 'pw-alice', 'other.example')).toBe(false);
    expect(await script.auth("alice' OR '1'='1", 'pw-alice')).toBe(false);
    expect(script.written).toBe(4 * script.answers.length);
  });

  test('lets in who has a ticket of their own', async () => {
    const script = start();
    expect(await script.auth('alice', await mintTicket(config.ticket, 'alice'))).toBe(true);
    expect(await script.auth('alice', await mintTicket(config.ticket, 'bob'))).toBe(false);
    const long = new Date(Date.now() - 3_600_000);
    expect(await script.auth('alice', await mintTicket(config.ticket, 'alice', long))).toBe(false);
    const others = { ...config.ticket, secret: 'a secret of another installation, as long' };
    expect(await script.auth('alice', await mintTicket(others, 'alice'))).toBe(false);
    const token = await new SignJWT({ sub: 'alice', aud: 'im' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(config.token.secret));
    expect(await script.auth('alice', token)).toBe(false);
    expect(await script.auth('alice', `im-ticket.${token}`)).toBe(false);
  });

  test('knows who exists, and a suspended user is nobody', async () => {
    const script = start();
    expect(await script.ask('isuser', 'carol', DOMAIN)).toBe(true);
    expect(await script.ask('isuser', 'nobody', DOMAIN)).toBe(false);
    expect(await script.ask('isuser', 'carol', 'other.example')).toBe(false);
    await site.query("UPDATE users SET status = 'suspended' WHERE id = 'carol'");
    try {
      expect(await script.ask('isuser', 'carol', DOMAIN)).toBe(false);
      expect(await script.auth('carol', 'pw-carol')).toBe(false);
    } finally {
      await site.query("UPDATE users SET status = 'active' WHERE id = 'carol'");
    }
    expect(await script.auth('carol', 'pw-carol')).toBe(true);
  });

  test('changes no account, whatever it is asked', async () => {
    const script = start();
    expect(await script.ask('setpass', 'alice', DOMAIN, 'other')).toBe(false);
    expect(await script.ask('tryregister', 'eve', DOMAIN, 'pw-eve')).toBe(false);
    expect(await script.ask('removeuser', 'alice', DOMAIN)).toBe(false);
    expect(await script.ask('removeuser3', 'alice', DOMAIN, 'pw-alice')).toBe(false);
    expect(await script.auth('alice', 'pw-alice')).toBe(true);
    expect(await script.auth('eve', 'pw-eve')).toBe(false);
    expect(script.log).toMatch(/"operation":"refused","outcome":"refused".*"asked":"setpass"/);
  });

  test('gives one answer of four bytes to each of 2,000 frames of anything, and lives', async () => {
    const script = start();
    const names = ['isuser', 'setpass', 'tryregister', 'removeuser', 'certauth', '', 'AUTH'];
    const field = fc.oneof(fc.constantFrom('alice', 'nobody', DOMAIN, ''), fc.string({ unit: 'binary' }));
    const alike = fc.tuple(fc.constantFrom(...names), fc.array(field, { maxLength: 5 }));
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      alike.map(([name, fields]) => Buffer.from([name, ...fields].join(':'))),
    );
    const frames = fc.sample(payload, 1998).map(frameOf);
    frames.push(frameOf(Buffer.alloc(0)), frameOf(Buffer.alloc(65_535, 'x')));
    script.write(Buffer.concat(frames), frames.length);
    expect(await script.answered()).toHaveLength(2000);
    expect(await script.auth('alice', 'pw-alice')).toBe(true);
    expect(script.written).toBe(4 * 2001);
  });

  test('reads frames that are split, and frames that come together, in order', async () => {
    const script = start();
    for (const byte of frameOf(`auth:alice:${DOMAIN}:pw-alice`)) script.write(Buffer.from([byte]), 0);
    script.write(Buffer.alloc(0), 1);
    expect(await script.answered()).toEqual([true]);
    const users = ['alice', 'nobody', 'nobody', 'bob', 'nobody', 'alice'];
    const together = Buffer.concat(users.map((user) => frameOf(`isuser:${user}:${DOMAIN}`)));
    script.write(together.subarray(0, 71), 0);
    script.write(together.subarray(71), users.length);
    expect(await script.answered()).toEqual([true, ...users.map((user) => user !== 'nobody')]);
  });
});

describe('while the database does not answer, the external-auth script', () => {
  test('says no in its time, tells the log why, and lets in again when the database is back', async () => {
    const script = start();
    expect(await script.auth('alice', 'pw-alice')).toBe(true);
    await whileStopped(mariadb, async () => {
      expect(await script.auth('alice', 'pw-alice')).toBe(false);
      // Asked for who writes to somebody away: their message is kept.
      expect(await script.ask('isuser', 'alice', DOMAIN)).toBe(true);
      // A ticket needs no database: the bridge's users come in all the same.
      expect(await script.auth('alice', await mintTicket(config.ticket, 'alice'))).toBe(true);
    });
    expect(script.log).toMatch(/"outcome":"unavailable".*the directory does not answer/);
    await waitUntil('alice to come in', () => script.auth('alice', 'pw-alice'));
    expect(await script.auth('alice', 'wrong')).toBe(false);
    expect(script.answers).toHaveLength(script.asked);
  });

  test('throws away what the database says too late: no second answer, which the next would get', async () => {
    const { socket, user, password } = mariadb;
    const account = { socket, user, password };
    const patient = {
      ...base,
      site: {
        ...base.site,
        timeout: 30,
        // One connection: whoever is asked next waits until the late answer has come.
        mysql: {
          ...account,
          database: SITE_DATABASE,
          pool: { size: 1, acquireTimeout: 60, queryTimeout: 60 },
        },
      },
    };
    const own = join(dir, 'patient');
    mkdirSync(own);
    const script = run(['--config', writeSettings(own, patient).path]);
    expect(await script.ask('isuser', 'alice', DOMAIN)).toBe(true);
    await whileStopped(mariadb, async () => {
      expect(await script.auth('alice', 'pw-alice')).toBe(false);
    });
    const users = ['nobody', 'alice', 'nobody', 'nobody', 'bob', 'nobody'];
    for (const user of users)
      expect([user, await script.ask('isuser', user, DOMAIN)]).toEqual([user, user !== 'nobody']);
    expect(script.answers).toHaveLength(script.asked);
  });
});

describe('whatever a password hash costs, the external-auth script', () => {
  test('answers in its time, and lets in who comes after', async () => {
    // At the bound of what is tried at all: some seconds of one core.
    const costly = await argon2id({
      password: 'pw-carol',
      salt: randomBytes(16),
      iterations: 4,
      parallelism: 1,
      memorySize: 262_144,
      hashLength: 32,
      outputType: 'encoded',
    });
    const [[kept]] = await site.query<mysql.RowDataPacket[]>(
      "SELECT password_hash AS h FROM users WHERE id = 'carol'",
    );
    await site.query("UPDATE users SET password_hash = ? WHERE id = 'carol'", [costly]);
    try {
      const script = start();
      expect(await script.ask('isuser', 'carol', DOMAIN)).toBe(true);
      await script.auth('carol', 'pw-carol');
      expect(script.answers).toHaveLength(script.asked);
      await waitUntil('bob to be let in', () => script.auth('bob', 'pw-bob'));
    } finally {
      await site.query("UPDATE users SET password_hash = ? WHERE id = 'carol'", [kept?.['h']]);
    }
  });
});

describe('with settings or files that can not be used, the external-auth script', () => {
  test.each<[string, string, RegExp]>([
    ['are wrong', 'domain: IM.Example\nticket: { secret: hush }\n', /ticket\.secret: must be 32 characters/],
    ['are no YAML', 'domain: [', /can't be used/],
  ])('stays, says no, and tells why when they %s', async (_what, text, why) => {
    const broken = join(dir, 'broken.yml');
    writeFileSync(broken, text);
    const script = run(['--config', broken]);
    expect(await script.auth('alice', 'pw-alice')).toBe(false);
    expect(await script.ask('isuser', 'alice', DOMAIN)).toBe(false);
    expect(script.running).toBe(true);
    expect(script.log).toContain('nobody can sign in');
    expect(script.log).toMatch(why);
    expect(script.log).not.toContain('hush');
  });

  test('stays and says no when it is not told of any', async () => {
    const script = run([], { IM_CONFIG: '' });
    expect(await script.auth('alice', 'pw-alice')).toBe(false);
    expect(script.log).toContain('name the settings file with --config');
  });

  test.each(['/dev/full', '/no/such/folder/auth.log'])('lets in although its log is %s', async (log) => {
    const script = start({ IM_AUTH_LOG: log });
    expect(await script.auth('alice', 'pw-alice')).toBe(true);
    expect(await script.auth('alice', 'wrong')).toBe(false);
    expect(script.running).toBe(true);
  });

  test('lets in although its metrics have no folder', async () => {
    const script = start({ IM_METRICS_DIR: join(dir, 'no', 'such', 'folder') });
    await waitUntil('the log to tell', () => script.log.includes('metrics not written'));
    expect(await script.auth('alice', 'pw-alice')).toBe(true);
  });
});

describe('of the external-auth script', () => {
  test('the log has neither secret nor password nor ticket, at any level', async () => {
    const script = start();
    const ticket = await mintTicket(config.ticket, 'alice');
    await script.auth('alice', 'pw-alice');
    await script.auth('alice', 'wrong-password');
    await script.auth('alice', ticket);
    await script.auth('bob', ticket);
    await script.ask('setpass', 'alice', DOMAIN, 'new-password');
    await script.ask('pw-in-the-wrong-place');
    await whileStopped(mariadb, async () => {
      expect(await script.auth('alice', 'pw-alice')).toBe(false);
    });
    expect(script.log).toContain('"user":"alice"');
    for (const hidden of ['pw-', 'wrong-password', 'new-password', ticket, ticket.split('.')[2], 'argon2id$'])
      expect(script.log).not.toContain(hidden);
    for (const secret of [config.ticket.secret, config.token.secret ?? '-', mariadb.password])
      expect(script.log).not.toContain(secret);
  });

  test('metrics of several have no series in common, and those of a killed one are cleared away', async () => {
    const metrics = join(dir, 'metrics-of-several');
    mkdirSync(metrics);
    const seriesOf = (pid: number): string[] =>
      readdirSync(metrics)
        .filter((file) => file.startsWith(`im-auth-${pid}-`) && file.endsWith('.prom'))
        .flatMap((file) => readFileSync(join(metrics, file), 'utf8').split('\n'))
        .filter((line) => /^\w+\{/.test(line))
        .map((line) => line.slice(0, line.lastIndexOf(' ')));
    const [one, other] = [start({ IM_METRICS_DIR: metrics }), start({ IM_METRICS_DIR: metrics })];
    for (const script of [one, other]) expect(await script.auth('bob', 'pw-bob')).toBe(true);
    await waitUntil('the metrics of both', () =>
      [one, other].every(({ pid }) =>
        ['im_auth_total', 'im_pool_'].every((name) => seriesOf(pid).join().includes(name)),
      ),
    );
    expect(seriesOf(one.pid).filter((series) => seriesOf(other.pid).includes(series))).toEqual([]);
    process.kill(other.pid, 'SIGKILL');
    await waitUntil('it to end', () => !other.running);
    await start({ IM_METRICS_DIR: metrics }).ask('isuser', 'bob', DOMAIN);
    expect(seriesOf(other.pid)).toEqual([]);
  });

  test('the end is the end of stdin, with nothing of it left behind', async () => {
    const metrics = join(dir, 'metrics');
    mkdirSync(metrics);
    const script = start({ IM_METRICS_DIR: metrics });
    await script.auth('alice', 'pw-alice');
    await script.auth('alice', 'wrong');
    const file = join(metrics, `im-auth-${script.pid}-answers.prom`);
    const text = await waitUntil('metrics', () => existsSync(file) && readFileSync(file, 'utf8'));
    expect(text).toMatch(/im_auth_total\{operation="auth",outcome="yes",process="\d+"\} 1/);
    expect(text).toMatch(/im_auth_total\{operation="auth",outcome="no",process="\d+"\} 1/);
    expect(text).not.toContain('alice');
    expect(await script.end()).toBe(0);
    expect(readdirSync(metrics)).toEqual([]);
  });
});
