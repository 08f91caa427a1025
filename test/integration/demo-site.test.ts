/** The demo site on a real MariaDB, seen as a browser sees it: who is in, whose friends, the chat's token, faults. */
import { describe, expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { join } from 'node:path';
import { NO_BRIDGE, SITE_SCRIPT, SITE_SECRET, useDemoSite, type Fields } from '../support/demo-site.ts';
import { Process } from '../support/process.ts';
import { built } from '../support/root.ts';

const site = useDemoSite();

describe('signing in', () => {
  test.each(['alice', 'bob', 'carol', 'dave', 'u0'])('%s gets in with the site password', async (user) => {
    const visitor = await site.signedIn(user);
    expect(await visitor.text('/')).toContain(`data-user="${user}"`);
  });

  test.each([
    ['alice', 'wrong'],
    ['nobody', 'pw-nobody'],
    ['alice', ''],
    ["' OR 1=1 -- ", 'x'],
  ])('%j with %j is told so in a sentence, and is not in', async (user, password) => {
    const visitor = site.visitor();
    const response = await visitor.post('/sign-in', { user, password });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('That name and password do not belong together.');
    expect(visitor.cookie).toBe('');
  });

  test('the cookie is kept from scripts and other sites, and the database knows its hash only', async () => {
    const visitor = site.visitor();
    const response = await visitor.post('/sign-in', { user: 'carol', password: 'pw-carol' });
    expect(response.headers.getSetCookie()[0]).toMatch(/HttpOnly.*SameSite=Lax/);
    const token = visitor.cookie.split('=')[1] ?? '';
    expect(token).toMatch(/^[\w-]{43}$/);
    const kept = await site.rows('SELECT token_hash FROM web_sessions WHERE user_id = ?', ['carol']);
    expect(kept.map((row) => String(row['token_hash']))).not.toContain(token);
  });

  test('signing out ends the session at the site, not in the browser alone', async () => {
    const visitor = await site.signedIn('alice');
    const { cookie } = visitor;
    await visitor.post('/sign-out', {});
    const response = await fetch(`${site.url}/chat/token`, { headers: { cookie } });
    expect(response.status).toBe(401);
  });

  test('a suspended account is out at once', async () => {
    const visitor = await site.signedIn('u2');
    await site.rows(`UPDATE users SET status = 'suspended' WHERE id = 'u2'`);
    expect((await visitor.get('/chat/token')).status).toBe(401);
    expect((await site.visitor().post('/sign-in', { user: 'u2', password: 'pw-u2' })).status).toBe(401);
  });
});

describe('friends', () => {
  test('adding and removing one is two rows, or none', async () => {
    const dave = await site.signedIn('dave');
    const pairs = `SELECT user_id FROM friendships WHERE 'dave' IN (user_id, friend_id) ORDER BY user_id`;
    const add = await dave.post('/friends/add', { user: 'alice', back: '/people' });
    expect([add.status, add.headers.get('location')]).toEqual([303, '/people']);
    await dave.post('/friends/add', { user: 'alice' });
    expect((await site.rows(pairs)).map((row) => String(row['user_id']))).toEqual(['alice', 'dave']);
    expect(await dave.text('/')).toContain('data-testid="remove-friend" data-user="alice"');
    await dave.post('/friends/remove', { user: 'alice' });
    expect(await site.rows(pairs)).toEqual([]);
    expect(await dave.text('/people')).toContain('data-testid="add-friend" data-user="alice"');
  });

  test('nobody befriends themselves, or somebody who is not there', async () => {
    const dave = await site.signedIn('dave');
    await dave.post('/friends/add', { user: 'dave' });
    await dave.post('/friends/add', { user: 'ghost' });
    expect(await site.rows(`SELECT 1 FROM friendships WHERE user_id = 'dave'`)).toEqual([]);
  });

  test('a form of another site changes nothing', async () => {
    const bob = await site.signedIn('bob');
    const foreign: Fields[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      expect((await bob.post('/friends/remove', { user: 'alice' }, headers)).status).toBe(403);
    }
    expect(await site.rows(`SELECT 1 FROM friendships WHERE user_id = 'bob'`)).toHaveLength(1);
  });

  test('a search takes its signs as they are', async () => {
    const alice = await site.signedIn('alice');
    expect(await alice.text('/people?q=%25')).toContain('Nobody of that name.');
    const echo = await alice.text(`/people?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(echo).not.toContain('<script>alert');
  });

  test('the way back leads to this site only', async () => {
    const dave = await site.signedIn('dave');
    const response = await dave.post('/friends/remove', { user: 'bob', back: 'https://evil.example' });
    expect(response.headers.get('location')).toBe('/people');
  });
});

describe('the chat', () => {
  test('a token says who the person is, to the bridge alone, for five minutes', async () => {
    const alice = await site.signedIn('alice');
    const response = await alice.get('/chat/token');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { user, token, expiresAt } = (await response.json()) as Record<string, string>;
    const key = new TextEncoder().encode(SITE_SECRET);
    const { payload } = await jwtVerify(token ?? '', key, { audience: 'im', algorithms: ['HS256'] });
    expect([user, payload.sub]).toEqual(['alice', 'alice']);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(Date.parse(expiresAt ?? '') / 1000).toBe(payload.exp);
  });

  test('nobody signed in has no token', async () => {
    expect((await site.visitor().get('/chat/token')).status).toBe(401);
  });

  test.each(['/', '/people', '/no-such-page'])(
    '%s has the one script tag, and no other script',
    async (path) => {
      const alice = await site.signedIn('alice');
      const tag = `<script src="${NO_BRIDGE}/im.js" data-token-url="/chat/token" async></script>`;
      const page = await alice.text(path);
      expect(page).toContain(tag);
      expect(page.match(/<script/g)).toHaveLength(1);
    },
  );

  test('the front page of nobody has it too', async () => {
    expect((await site.visitor().text('/')).match(/<script/g)).toHaveLength(1);
  });

  test('the dock is on the same loopback name as the page', async () => {
    const response = await fetch(site.url.replace('127.0.0.1', 'localhost'));
    expect(await response.text()).toContain('src="http://localhost:9/im.js"');
    expect(response.headers.get('content-security-policy')).toContain('script-src http://localhost:9;');
  });
});

describe('faults', () => {
  test('a page that is not there, or a body that is too long, is told in a sentence', async () => {
    expect(await (await site.visitor().get('/nowhere')).text()).toContain('There is no such page.');
    const long = await site.visitor().post('/sign-in', { user: 'a'.repeat(20_000) });
    expect(long.status).toBe(413);
    expect(await long.text()).toContain('could not be read');
  });

  test('settings with faults end it with one list, and no stack', async () => {
    const { token: _, ...rest } = site.settings;
    const config = site.settingsFile('bad.yml', { ...rest, port: 0, bridgeUrl: 'nowhere' });
    const { code, log } = await run('bad', config);
    expect(code).not.toBe(0);
    for (const name of ['port:', 'bridgeUrl:', 'token:']) expect(log).toContain(name);
    expect(log).not.toContain(' at ');
  });

  test('a port in use ends it with a sentence', async () => {
    const { code, log } = await run('taken', site.settingsFile('taken.yml', site.settings));
    expect(code).not.toBe(0);
    expect(log).toContain('is in use');
  });
});

async function run(name: string, config: string): Promise<{ code: number | null; log: string }> {
  const logFile = join(site.dir, `${name}.log`);
  const args = [built(`test/${SITE_SCRIPT}`), '--config', config];
  const process_ = new Process({ name, command: process.execPath, args, logFile });
  const { code } = await process_.exited;
  return { code, log: process_.logTail() };
}
