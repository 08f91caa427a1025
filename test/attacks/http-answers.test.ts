/** What every answer has and none has, whatever was asked and however. */
import { expect, test } from '@jest/globals';
import { story } from '../support/story.ts';
import { call } from '../support/tab.ts';
import { exchange, quietTab, statusesOf, useTarget } from './http-target.ts';

const used = useTarget({
  change: { limits: { hold: 1, sendRate: 1000, sendBurst: 1000, body: 2048, message: 1000 } },
});

const CALLS = [
  'connect',
  'poll',
  'stream',
  'send',
  'typing',
  'read',
  'history',
  'search',
  'ui',
  'presence',
  'active',
  'leave',
];
const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'];
const PATHS = [
  ...CALLS.map((name) => `/v1/${name}`),
  '/',
  '/nothing',
  '/v1/',
  '/v1/constructor',
  '/im.js',
  '/client.js',
  '/emoji.en.js',
  '/%',
  '/..%2f',
];

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Raw> {
  const lines = Object.entries({
    Host: 'x',
    Connection: 'close',
    ...headers,
    'Content-Length': Buffer.byteLength(body),
  }).map(([name, value]) => `${name}: ${value}`);
  const text = await exchange(used.port, [`${method} ${path} HTTP/1.1`, ...lines, '', body].join('\r\n'));
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const fields = head
    .split('\r\n')
    .slice(1)
    .map((line) => /^([^:]+): (.*)$/.exec(line) ?? []);
  return {
    status: statusesOf(text)[0] ?? 0,
    headers: Object.fromEntries(fields.map(([, name = '', value = '']) => [name.toLowerCase(), value])),
    body: rest.join('\r\n\r\n'),
  };
}

const isScript = (path: string): boolean => /^\/(?:im|client|emoji\.en)\.js/.test(path);

test.each(METHODS)(
  'H3 types, H9 caching, H16 cookies, H18 compression, H21 methods: %s at each route',
  async (method) => {
    for (const path of PATHS)
      for (const query of ['', '?callback=got', '?callback=(', `?u=${'x'.repeat(9000)}`]) {
        const { status, headers, body } = await ask(method, path + query, {
          'Accept-Encoding': 'gzip, br, deflate',
          Cookie: 'u=alice',
        });
        const what = [method, path, query.slice(0, 20)].join(' ');
        const cache = isScript(path) && status === 200 ? 'public, max-age=300' : 'no-store';
        expect({ what, ...headers }).toMatchObject({
          what,
          'x-content-type-options': 'nosniff',
          'cache-control': cache,
        });
        for (const none of ['set-cookie', 'x-powered-by', 'server', 'content-encoding', 'location'])
          expect({ what, [none]: headers[none] }).toEqual({ what, [none]: undefined });
        if (!isScript(path)) expect({ what, etag: headers['etag'] }).toEqual({ what, etag: undefined });
        expect({ what, type: headers['content-type'] ?? '' }).toMatchObject({
          what,
          type: expect.stringMatching(
            /^(?:$|application\/json; charset=utf-8|text\/(?:javascript|plain); charset=utf-8)/,
          ),
        });
        expect({ what, status }).toMatchObject({ what, status: expect.not.stringMatching(/^5/) });
        expect(status).toBeLessThan(500);
        expect(body).not.toMatch(/node_modules|\.[jt]s:\d+|Error: /);
        if (method !== 'GET' && path.startsWith('/v1/'))
          expect({ what, callable: body.startsWith('/**/') }).toEqual({ what, callable: false });
        if (method === 'TRACE')
          expect({ what, status, body: body.includes('Accept-Encoding') }).toMatchObject({
            status: expect.any(Number),
            body: false,
          });
      }
  },
);

test('H21 methods: only GET, POST and a preflight get anywhere at a call', async () => {
  for (const method of METHODS)
    for (const name of CALLS) {
      const { status, body } = await ask(method, `/v1/${name}`);
      if (method === 'OPTIONS') expect([name, status, body]).toEqual([name, 204, '']);
      else expect([name, method, status]).toEqual([name, method, 400]);
    }
});

/** What is not an origin of the site's, though it looks like one. */
function lookAlikes(site: string): string[] {
  const { port } = new URL(site);
  const hosts = [
    'localhost.',
    'LOCALHOST',
    'xlocalhost',
    'localhost.evil.example',
    'evil.example',
    'www.localhost',
    'xn--localhost-',
    'localhost%00',
    '0.0.0.0',
    '[::1]',
    '127.0.0.2',
    '127.1',
    '2130706433',
    'localhost@evil.example',
    'user@localhost',
  ];
  return [
    ...hosts.map((host) => `http://${host}:${port}`),
    ...[
      `https://localhost:${port}`,
      'http://localhost',
      `http://localhost:${Number(port) + 1}`,
      `http://localhost:${port}0`,
    ],
    ...[
      `${site}/`,
      `${site}/page`,
      `${site} `,
      `${site},${site}`,
      `${site} https://evil.example`,
      `https://evil.example/${site}`,
    ],
    ...[
      'null',
      '*',
      'file://',
      'about:blank',
      'data:',
      'chrome-extension://abcdef',
      `HTTP://localhost:${port}`,
      '',
    ],
  ];
}

test('H14 CORS: the site’s own origins alone are named, and no look-alike', async () => {
  const site = used.stack.info.site.url;
  for (const method of ['GET', 'POST', 'OPTIONS']) {
    expect((await ask(method, '/v1/poll', { Origin: site })).headers['access-control-allow-origin']).toBe(
      site,
    );
    for (const origin of lookAlikes(site)) {
      const { headers } = await ask(method, '/v1/poll', { Origin: origin });
      const named = origin.trim() === site ? site : undefined; // blanks around a value are none of it (RFC 9110, section 5.5)
      expect({ origin, named: headers['access-control-allow-origin'] }).toEqual({ origin, named });
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['vary']).toBe('Origin');
    }
  }
});

story(
  'H5 foreign pages: what a browser sends for one is refused, whatever tab it has',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const site = used.stack.info.site.url;
    const tab = await quietTab(alice, used.url);
    const query = new URLSearchParams({
      u: alice.id,
      tab: tab.id,
      to: bob.id,
      body: 'from afar',
      cid: 'c',
    }).toString();
    const codeOf = async (headers: Record<string, string>, callback = ''): Promise<string> =>
      /"code":"([\w-]+)"/.exec((await ask('GET', `/v1/send?${query}${callback}`, headers)).body)?.[1] ?? 'ok';
    const elsewhere = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'nonsense' },
      { Referer: 'https://evil.example/' },
      { Referer: `${site}.evil.example/` },
      { Referer: 'nonsense' },
      { Origin: 'https://evil.example', Referer: `${site}/` },
      { Origin: site, Referer: 'https://evil.example/' },
    ];
    for (const headers of elsewhere)
      for (const callback of ['', '&callback=got'])
        expect({ headers, callback, code: await codeOf(headers, callback) }).toEqual({
          headers,
          callback,
          code: 'bad-request',
        });
    expect(await codeOf({ Origin: 'null' }, '&callback=got')).toBe('bad-request');
    const { snapshot } = await quietTab(bob, used.url);
    expect(snapshot.conversations).toEqual([]);
    for (const headers of [
      { Referer: `${site}/a/page?with=this`, 'Sec-Fetch-Site': 'cross-site' },
      { Origin: site, 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'same-origin' },
    ])
      expect({ headers, code: await codeOf(headers, '&callback=got') }).toEqual({ headers, code: 'ok' });
  },
);

story(
  'H7 side effects by GET: the same address a hundred times is one message, without the tab none',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const tab = await quietTab(alice, used.url);
    const parameters = { u: alice.id, tab: tab.id, to: bob.id, body: 'once', cid: 'c1', callback: 'got' };
    const address = `${used.url}/v1/send?${new URLSearchParams(parameters).toString()}`;
    const answers = await Promise.all(Array.from({ length: 100 }, async () => (await fetch(address)).text()));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"ok":true');
    const blind = await fetch(address.replace(tab.id, 'guessed').replace('cid=c1', 'cid=c2'));
    expect(await blind.text()).toContain('"code":"gone"');
    expect((await quietTab(bob, used.url)).snapshot.conversations[0]?.messages).toHaveLength(1);
  },
);

story(
  'H9 caching: headers that proxies believe change nothing',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const tab = await quietTab(alice, used.url);
    const poison = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'gopher',
      Forwarded: 'host=evil.example',
      'X-Original-URL': '/v1/leave',
      'X-Rewrite-URL': '/v1/leave',
      'X-HTTP-Method-Override': 'POST',
      'X-Method-Override': 'DELETE',
      'If-None-Match': '*',
      'If-Modified-Since': 'Thu, 01 Jan 2099 00:00:00 GMT',
      Range: 'bytes=0-1',
    };
    const fat = JSON.stringify({ u: bob.id, tab: 'x', callback: 'fat' });
    const query = `?u=${alice.id}&tab=${tab.id}&cursor=${tab.cursor}`;
    const { status, body } = await ask(
      'GET',
      `/v1/poll${query}`,
      { ...poison, 'Content-Type': 'application/json' },
      fat,
    );
    expect([status, JSON.parse(body)]).toMatchObject([200, { ok: true, events: [] }]);
    expect(await call(used.url, 'leave', { u: alice.id, tab: tab.id })).toEqual({ ok: true });
  },
);

/** Of its kind, though it may lead nowhere. */
function isRight(parameter: string, value: unknown): boolean {
  if (value === '') return ['cursor', 'token'].includes(parameter);
  return (
    parameter === 'set' &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.keys(value ?? {}).length > 0
  );
}

story(
  'H10 parameters: each is there once, and of its kind, or the call is refused',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const tab = await quietTab(alice, used.url);
    const right = {
      u: alice.id,
      tab: tab.id,
      to: bob.id,
      with: bob.id,
      body: 'x',
      cid: 'c',
      cursor: tab.cursor,
      state: 'composing',
      upTo: '1',
      q: 'x',
      set: { a: 1 },
      show: 'dnd',
      active: true,
      token: 'x',
    };
    const needed: Readonly<Record<string, readonly string[]>> = {
      connect: ['u', 'token'],
      poll: ['u', 'tab', 'cursor'],
      send: ['u', 'tab', 'to', 'body', 'cid'],
      typing: ['u', 'tab', 'to', 'state'],
      read: ['u', 'tab', 'with', 'upTo'],
      history: ['u', 'tab', 'with'],
      search: ['u', 'tab', 'q'],
      ui: ['u', 'tab', 'set'],
      presence: ['u', 'tab', 'show'],
      active: ['u', 'tab', 'active'],
      leave: ['u', 'tab'],
    };
    const wrongs: readonly unknown[] = [null, 7, [], ['x'], {}, { x: 1 }, { toString: 1 }, '', undefined];
    for (const [name, parameters] of Object.entries(needed))
      for (const parameter of parameters)
        for (const wrong of wrongs) {
          if (isRight(parameter, wrong)) continue;
          const answer = await call(used.url, name, {
            ...right,
            [parameter]: wrong,
            ...(name === 'connect' && { tab: undefined }),
          });
          const code = answer.error?.code;
          expect({ name, parameter, wrong, code }).toEqual({ name, parameter, wrong, code: 'bad-request' });
        }
    for (const query of [
      'u=a&u=b',
      'u=a&u=a',
      'u[]=a',
      'u[x]=a',
      'u%5Bx%5D=a',
      'u.x=a',
      'u=a&tab=x&tab=y&cursor=z',
    ])
      expect((await ask('GET', `/v1/poll?${query}`)).status).toBe(400);
    const twice = await ask(
      'POST',
      `/v1/leave?u=${bob.id}`,
      {},
      JSON.stringify({ u: alice.id, tab: tab.id }),
    );
    expect(twice.status).toBe(400);
    const same = await ask(
      'POST',
      `/v1/leave?u=${alice.id}`,
      {},
      JSON.stringify({ u: alice.id, tab: tab.id }),
    );
    expect(same.status).toBe(200);
  },
);
