/** The demo site on a real MariaDB, seen as a browser sees it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { stringify } from 'yaml';
import { seed } from '../demo/site/seed.ts';
import type { SiteSettingsInput } from '../demo/site/settings.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';
import { Process } from '../support/process.ts';
import { startProgram } from '../support/program.ts';
import { built } from '../support/root.ts';

const SECRET = 'a-secret-of-the-test-only-0123456789';
const BRIDGE = 'http://127.0.0.1:9';
const SCRIPT = 'demo/site/server.js';

const dir = mkdtempSync(join(tmpdir(), 'im-site-'));
let mariadb: Mariadb;
let site: Process;
let url: string;
let settings: SiteSettingsInput;

beforeAll(async () => {
  mariadb = await startMariadb({ dir: join(dir, 'mariadb'), port: await freePort() });
  await ensureDatabase(mariadb, 'site');
  const { socket, user, password } = mariadb;
  const account = { socket, user, password, database: 'site' };
  await seed(account, { users: 3, friends: 2 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  settings = { port, bridgeUrl: BRIDGE, mysql: account, token: { secret: SECRET, audience: 'im' } };
  const args = ['--config', settingsFile('site.yml', settings)];
  site = await startProgram({ name: 'site', script: `test/${SCRIPT}`, args, dir, readyUrl: `${url}/health` });
}, 120_000);

afterAll(async () => {
  await site.stop();
  await mariadb.stop();
  rmSync(dir, { recursive: true, force: true });
});

function settingsFile(name: string, content: unknown): string {
  const path = join(dir, name);
  writeFileSync(path, stringify(content));
  return path;
}

type Fields = Readonly<Record<string, string>>;

/** A browser without scripts: it keeps a cookie and posts forms. */
class Visitor {
  cookie = '';

  get(path: string, headers: Fields = {}): Promise<Response> {
    return fetch(`${url}${path}`, { headers: { cookie: this.cookie, ...headers }, redirect: 'manual' });
  }

  async post(path: string, fields: Fields, headers: Fields = { origin: url }): Promise<Response> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { cookie: this.cookie, ...headers },
      redirect: 'manual',
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
    return response;
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }
}

async function signedIn(user: string, password = `pw-${user}`): Promise<Visitor> {
  const visitor = new Visitor();
  const response = await visitor.post('/sign-in', { user, password });
  expect(response.status).toBe(303);
  return visitor;
}

async function rows(sql: string, values: string[] = []): Promise<mysql.RowDataPacket[]> {
  const { socket, user, password } = mariadb;
  const connection = await mysql.createConnection({ socketPath: socket, user, password, database: 'site' });
  const [found] = await connection.execute<mysql.RowDataPacket[]>(sql, values);
  await connection.end();
  return found;
}

describe('signing in', () => {
  test.each(['alice', 'bob', 'carol', 'dave', 'u0'])('%s gets in with the site password', async (user) => {
    const visitor = await signedIn(user);
    expect(await visitor.text('/')).toContain(`data-user="${user}"`);
  });

  test.each([
    ['alice', 'wrong'],
    ['nobody', 'pw-nobody'],
    ['alice', ''],
    ["' OR 1=1 -- ", 'x'],
  ])('%j with %j is told so in a sentence, and is not in', async (user, password) => {
    const visitor = new Visitor();
    const response = await visitor.post('/sign-in', { user, password });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('That name and password do not belong together.');
    expect(visitor.cookie).toBe('');
  });

  test('the cookie is kept from scripts and other sites, and the database knows its hash only', async () => {
    const visitor = new Visitor();
    const response = await visitor.post('/sign-in', { user: 'carol', password: 'pw-carol' });
    expect(response.headers.getSetCookie()[0]).toMatch(/HttpOnly.*SameSite=Lax/);
    const token = visitor.cookie.split('=')[1] ?? '';
    expect(token).toMatch(/^[\w-]{43}$/);
    const kept = await rows('SELECT token_hash FROM web_sessions WHERE user_id = ?', ['carol']);
    expect(kept.map((row) => String(row['token_hash']))).not.toContain(token);
  });

  test('signing out ends the session at the site, not in the browser alone', async () => {
    const visitor = await signedIn('alice');
    const { cookie } = visitor;
    await visitor.post('/sign-out', {});
    const response = await fetch(`${url}/chat/token`, { headers: { cookie } });
    expect(response.status).toBe(401);
  });

  test('a suspended account is out at once', async () => {
    const visitor = await signedIn('u2');
    await rows(`UPDATE users SET status = 'suspended' WHERE id = 'u2'`);
    expect((await visitor.get('/chat/token')).status).toBe(401);
    expect((await new Visitor().post('/sign-in', { user: 'u2', password: 'pw-u2' })).status).toBe(401);
  });
});

describe('friends', () => {
  test('adding and removing one is two rows, or none', async () => {
    const dave = await signedIn('dave');
    const pairs = `SELECT user_id FROM friendships WHERE 'dave' IN (user_id, friend_id) ORDER BY user_id`;
    const add = await dave.post('/friends/add', { user: 'alice', back: '/people' });
    expect([add.status, add.headers.get('location')]).toEqual([303, '/people']);
    await dave.post('/friends/add', { user: 'alice' });
    expect((await rows(pairs)).map((row) => String(row['user_id']))).toEqual(['alice', 'dave']);
    expect(await dave.text('/')).toContain('data-testid="remove-friend" data-user="alice"');
    await dave.post('/friends/remove', { user: 'alice' });
    expect(await rows(pairs)).toEqual([]);
    expect(await dave.text('/people')).toContain('data-testid="add-friend" data-user="alice"');
  });

  test('nobody befriends themselves, or somebody who is not there', async () => {
    const dave = await signedIn('dave');
    await dave.post('/friends/add', { user: 'dave' });
    await dave.post('/friends/add', { user: 'ghost' });
    expect(await rows(`SELECT 1 FROM friendships WHERE user_id = 'dave'`)).toEqual([]);
  });

  test('a form of another site changes nothing', async () => {
    const bob = await signedIn('bob');
    const foreign: Fields[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      expect((await bob.post('/friends/remove', { user: 'alice' }, headers)).status).toBe(403);
    }
    expect(await rows(`SELECT 1 FROM friendships WHERE user_id = 'bob'`)).toHaveLength(1);
  });

  test('a search takes its signs as they are', async () => {
    const alice = await signedIn('alice');
    expect(await alice.text('/people?q=%25')).toContain('Nobody of that name.');
    const echo = await alice.text(`/people?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(echo).not.toContain('<script>alert');
  });

  test('the way back leads to this site only', async () => {
    const dave = await signedIn('dave');
    const response = await dave.post('/friends/remove', { user: 'bob', back: 'https://evil.example' });
    expect(response.headers.get('location')).toBe('/people');
  });
});

describe('the chat', () => {
  test('a token says who the person is, to the bridge alone, for five minutes', async () => {
    const alice = await signedIn('alice');
    const response = await alice.get('/chat/token');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { user, token, expiresAt } = (await response.json()) as Record<string, string>;
    const key = new TextEncoder().encode(SECRET);
    const { payload } = await jwtVerify(token ?? '', key, { audience: 'im', algorithms: ['HS256'] });
    expect([user, payload.sub]).toEqual(['alice', 'alice']);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(Date.parse(expiresAt ?? '') / 1000).toBe(payload.exp);
  });

  test('nobody signed in has no token', async () => {
    expect((await new Visitor().get('/chat/token')).status).toBe(401);
  });

  test.each(['/', '/people', '/no-such-page'])(
    '%s has the one script tag, and no other script',
    async (path) => {
      const alice = await signedIn('alice');
      const tag = `<script src="${BRIDGE}/im.js" data-token-url="/chat/token" async></script>`;
      const page = await alice.text(path);
      expect(page).toContain(tag);
      expect(page.match(/<script/g)).toHaveLength(1);
    },
  );

  test('the front page of nobody has it too', async () => {
    expect((await new Visitor().text('/')).match(/<script/g)).toHaveLength(1);
  });

  test('the dock is on the same loopback name as the page', async () => {
    const response = await fetch(url.replace('127.0.0.1', 'localhost'));
    expect(await response.text()).toContain('src="http://localhost:9/im.js"');
    expect(response.headers.get('content-security-policy')).toContain('script-src http://localhost:9;');
  });
});

describe('faults', () => {
  test('a page that is not there, or a body that is too long, is told in a sentence', async () => {
    expect(await (await new Visitor().get('/nowhere')).text()).toContain('There is no such page.');
    const long = await new Visitor().post('/sign-in', { user: 'a'.repeat(20_000) });
    expect(long.status).toBe(413);
    expect(await long.text()).toContain('could not be read');
  });

  test('settings with faults end it with one list, and no stack', async () => {
    const { token: _, ...rest } = settings;
    const config = settingsFile('bad.yml', { ...rest, port: 0, bridgeUrl: 'nowhere' });
    const { code, log } = await run('bad', config);
    expect(code).not.toBe(0);
    for (const name of ['port:', 'bridgeUrl:', 'token:']) expect(log).toContain(name);
    expect(log).not.toContain(' at ');
  });

  test('a port in use ends it with a sentence', async () => {
    const { code, log } = await run('taken', settingsFile('taken.yml', settings));
    expect(code).not.toBe(0);
    expect(log).toContain('is in use');
  });
});

async function run(name: string, config: string): Promise<{ code: number | null; log: string }> {
  const logFile = join(dir, `${name}.log`);
  const args = [built(`test/${SCRIPT}`), '--config', config];
  const process_ = new Process({ name, command: process.execPath, args, logFile });
  const { code } = await process_.exited;
  return { code, log: process_.logTail() };
}
