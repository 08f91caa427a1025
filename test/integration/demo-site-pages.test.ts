/** The pages of the demo site: for whom each is, what is on it, and that nothing on it is anybody's HTML. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { POSTS } from '../demo/site/content/posts.ts';
import { NAMED, NEIGHBOURS } from '../demo/site/demo-people.ts';
import { NO_BRIDGE, useDemoSite } from '../support/demo-site.ts';
import { freePort } from '../support/ports.ts';

const PAGES = ['/', '/people', '/people/bob', '/people/alice', '/groups', '/settings'];
const EVERYBODY = [...NAMED, ...NEIGHBOURS].map(({ id }) => id);
const HOSTILE = `<img src=x onerror=alert(1)>"'&`;

/** The operator's tools, of which one answers as the bridge does when it is not ready. */
let bridge: Server;
const adminPort = await freePort();
const operator = {
  user: 'olive',
  addresses: [
    { name: 'Bridge: readiness', url: `http://127.0.0.1:${adminPort}/ready`, part: 'The bridge' },
    { name: 'Component: readiness', url: `${NO_BRIDGE}/ready`, part: 'The component' },
    { name: 'Bridge: metrics', url: `http://127.0.0.1:${adminPort}/metrics` },
  ],
  commands: [{ name: 'Who is connected?', command: 'ejabberdctl connected_users <all> & more' }],
};
const site = useDemoSite({ operator });

beforeAll(async () => {
  bridge = createServer((_request, response) => {
    response.writeHead(503).end('{"ready":false,"reasons":["the archive does not answer"]}');
  });
  await new Promise<void>((resolve) => bridge.listen(adminPort, '127.0.0.1', resolve));
  expect((bridge.address() as AddressInfo).port).toBe(adminPort);
});

afterAll(() => void bridge.close());

const count = (page: string, what: RegExp): number => [...page.matchAll(what)].length;

describe('every page', () => {
  test.each(PAGES)('%s has one heading, its landmarks and a way to the content', async (path) => {
    const response = await (await site.signedIn('alice')).get(path);
    expect(response.status).toBe(200);
    const page = await response.text();
    for (const one of [/<h1[ >]/g, /<main /g, /<nav /g, /href="#content"/g, /id="content"/g, /<footer /g])
      expect(count(page, one)).toBe(1);
    expect(page).toContain('<html lang="en" dir="ltr"');
  });

  test.each(PAGES)('%s has the dock once, and no script or style within itself', async (path) => {
    const response = await (await site.signedIn('alice')).get(path);
    const page = await response.text();
    const scripts = [...page.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)];
    expect(scripts.filter(([, tag]) => tag?.includes(`src="${NO_BRIDGE}/im.js"`))).toHaveLength(1);
    expect(scripts.every(([, tag, body]) => tag?.includes('src="') === true && body === '')).toBe(true);
    expect(page).not.toMatch(/<style| style="| on\w+="/);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  test.each([...PAGES.slice(1), '/admin', '/people/nobody'])(
    '%s leads a stranger to the front door',
    async (path) => {
      const response = await site.visitor().get(path);
      expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
      expect(await response.text()).not.toContain('data-testid');
    },
  );

  test('only a page with a button for it may load the site’s own script', async () => {
    const alice = await site.signedIn('alice');
    const policyOf = async (path: string): Promise<string> =>
      (await alice.get(path)).headers.get('content-security-policy') ?? '';
    expect(await policyOf('/people/bob')).toContain(`script-src 'self' ${NO_BRIDGE};`);
    expect(await policyOf('/')).toContain(`script-src ${NO_BRIDGE};`);
    expect((await alice.get('/site.js')).headers.get('content-type')).toContain('javascript');
  });
});

describe('the feed', () => {
  test('has every post, and each author’s page has theirs', async () => {
    const alice = await site.signedIn('alice');
    expect(count(await alice.text('/'), /data-testid="post"/g)).toBe(POSTS.length);
    for (const id of EVERYBODY) {
      const posts = POSTS.filter(({ by }) => by === id);
      expect(count(await alice.text(`/people/${id}`), /data-testid="post"/g)).toBe(posts.length);
    }
  });

  test('is written by people who have accounts', () => {
    const writers = POSTS.flatMap(({ by, comments }) => [by, ...comments.map((comment) => comment.by)]);
    expect(EVERYBODY).toEqual(expect.arrayContaining(writers));
  });

  test('shows signs of HTML in a post as they are', async () => {
    expect(await (await site.signedIn('alice')).text('/')).toContain('I &lt;3 this street.');
  });

  test('leaves out who was suspended', async () => {
    const alice = await site.signedIn('alice');
    await site.rows(`UPDATE users SET status = 'suspended' WHERE id = 'yusuf'`);
    expect(await alice.text('/')).not.toContain('Yusuf Demir');
    expect((await alice.get('/people/yusuf')).status).toBe(404);
    await site.rows(`UPDATE users SET status = 'active' WHERE id = 'yusuf'`);
  });
});

describe('a person’s page', () => {
  test('has a button for a message to a friend, hidden where no script shows it, and none for others', async () => {
    const alice = await site.signedIn('alice');
    expect(await alice.text('/people/bob')).toMatch(/<button[^>]*data-message="bob"[^>]*hidden/);
    for (const path of ['/people/dave', '/people/alice'])
      expect(await alice.text(path)).not.toContain('data-message');
  });

  test('names the friends in common', async () => {
    const page = await (await site.signedIn('bob')).text('/people/carol');
    const [, inCommon = ''] = page.split('data-testid="in-common"');
    expect(inCommon).toContain('href="/people/alice"');
    expect(count(inCommon, /href="\/people\//g)).toBe(1);
  });

  test('is where one comes back to after adding and removing a friend there', async () => {
    const alice = await site.signedIn('alice');
    for (const verb of ['add', 'remove']) {
      const response = await alice.post(`/friends/${verb}`, { user: 'mei', back: '/people/mei' });
      expect(response.headers.get('location')).toBe('/people/mei');
      const friends = await site.rows(
        `SELECT 1 FROM friendships WHERE user_id = 'mei' AND friend_id = 'alice'`,
      );
      expect(friends).toHaveLength(verb === 'add' ? 1 : 0);
    }
  });

  test.each(['nobody', 'BOB', 'b%C3%B6b', '%20', `%27%20OR%201=1%20--`, 'a'.repeat(500)])(
    'of %s is not there, and a sentence says so',
    async (id) => {
      const response = await (await site.signedIn('alice')).get(`/people/${id}`);
      expect(response.status).toBe(404);
      const page = await response.text();
      expect(page).toContain('Nobody of that name lives here.');
      expect(page).toContain('data-testid="me" data-user="alice"');
    },
  );

  test('of an address that can’t be read is a sentence too', async () => {
    const response = await (await site.signedIn('alice')).get('/people/%E0%A4%A');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('could not be read');
  });
});

describe('names and searches that are HTML', () => {
  beforeAll(() => site.rows(`UPDATE users SET name = ? WHERE id IN ('bob', 'mei')`, [HOSTILE]));
  afterAll(async () => {
    await site.rows(`UPDATE users SET name = 'Bob' WHERE id = 'bob'`);
    await site.rows(`UPDATE users SET name = 'Mei Tanaka' WHERE id = 'mei'`);
  });

  test.each(['/', '/people', '/people/bob', '/people/mei', '/groups'])('are text on %s', async (path) => {
    const page = await (await site.signedIn('alice')).text(path);
    expect(page).toContain('&lt;img src=x onerror');
    expect(page).not.toContain('<img');
  });

  test('are text for who bears such a name, and in a search', async () => {
    const page = await (await site.signedIn('bob')).text(`/people?q=${encodeURIComponent(HOSTILE)}`);
    expect(count(page, /&lt;img src=x onerror/g)).toBeGreaterThanOrEqual(3); // own name, search, Mei
    expect(page).not.toContain('<img');
    expect(page).not.toContain(`value="${HOSTILE}`);
  });
});

describe('settings', () => {
  test('are kept by the browser, and told to the page and to the chat', async () => {
    const alice = await site.signedIn('alice');
    const saved = await alice.post('/settings', { lang: 'ar', theme: 'dark', sound: 'off' });
    expect([saved.status, saved.headers.get('location')]).toEqual([303, '/settings?saved=yes']);
    expect(await alice.text('/settings?saved=yes')).toContain('data-testid="saved"');
    for (const path of ['/', '/people/bob']) {
      const page = await alice.text(path);
      expect(page).toContain('<html lang="ar" dir="rtl" data-theme="dark">');
      expect(page).toMatch(/im\.js"[^>]* data-lang="ar" data-theme="dark" data-sound="off"/);
      expect(page).toContain('الرئيسية');
    }
    await alice.post('/sign-out', {});
    expect(await alice.text('/')).toContain('<html lang="ar" dir="rtl" data-theme="dark">');
  });

  test('that nobody offered count as not chosen', async () => {
    const alice = await site.signedIn('alice');
    await alice.post('/settings', { lang: '"><script>', theme: 'toString', sound: '' });
    expect(await alice.text('/')).toContain('<html lang="en" dir="ltr" data-theme="auto">');
    const forged = { cookie: `${alice.cookie}; demo_site_preferences=lang=__proto__&theme=%22%3E` };
    const page = await (await alice.get('/settings', forged)).text();
    expect(page).toContain('<html lang="en" dir="ltr" data-theme="auto">');
  });

  test('are changed by this site’s own form only, and by somebody who is signed in', async () => {
    const fields = { lang: 'de', theme: 'auto', sound: 'on' };
    expect((await site.visitor().post('/settings', fields)).status).toBe(401);
    const alice = await site.signedIn('alice');
    const foreign = await alice.post('/settings', fields, { origin: 'https://evil.example' });
    expect([foreign.status, foreign.headers.getSetCookie()]).toEqual([403, []]);
  });
});

describe('the operator’s corner', () => {
  test('says how each part is, where to look, and what to type', async () => {
    const page = await (await site.signedIn('olive')).text('/admin');
    expect(page).toContain('the archive does not answer');
    expect(page).toContain('no answer');
    expect(count(page, /data-ready="false"/g)).toBe(2);
    expect(page).toContain(`href="http://127.0.0.1:${adminPort}/metrics"`);
    expect(page).toContain('ejabberdctl connected_users &lt;all> &amp; more');
  });

  test.each(['alice', 'dave', 'mei'])('is neither shown nor offered to %s', async (user) => {
    const visitor = await site.signedIn(user);
    const response = await visitor.get('/admin');
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('ejabberdctl');
    expect(await visitor.text('/')).not.toContain('href="/admin"');
  });
});
