/** The directory on a site whose JSON API misbehaves, over real sockets. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ApiConfig } from '../../bridge/config/schema.ts';
import { scrape } from '../../bridge/metrics.ts';
import { ApiFault } from '../../bridge/site/api-fault.ts';
import type { Directory } from '../../bridge/site/directory.ts';
import { openChanges, openDirectory } from '../../bridge/site/open.ts';
import { configOf, faultOf, SECRET } from '../support/faulty-directory.ts';
import { FaultySite, says, saysJson, type Behaviour } from '../support/faulty-site.ts';
import { freePort } from '../support/ports.ts';
import { waitUntil } from '../support/wait-until.ts';
import { noLog as log } from '../support/no-log.ts';

const ALICE = { id: 'alice', name: 'Alice' };
const silence: Behaviour = () => undefined;

let site: FaultySite;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  site = await FaultySite.start(saysJson(ALICE));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await site.stop();
});

function open(change: Partial<ApiConfig> = {}, timeout = 1): Directory {
  const directory = openDirectory(configOf(site, change, timeout), log);
  opened.push(directory);
  return directory;
}

/** Each question that the directory can be asked. */
const questions: readonly [name: string, ask: (directory: Directory) => Promise<unknown>][] = [
  ['user', (directory) => directory.user('alice')],
  ['friends', (directory) => directory.friends('alice')],
  ['areFriends', (directory) => directory.areFriends('alice', 'bob')],
  ['mayChat', (directory) => directory.mayChat('alice')],
  ['checkPassword', (directory) => directory.checkPassword('alice', 'pw-alice')],
];

const huge = JSON.stringify({ ...ALICE, friends: [], chat: true, ok: true, more: 'x'.repeat(9_000_000) });
const yes = JSON.stringify({ ...ALICE, friends: true, chat: true, ok: true });

const faults: readonly [what: string, behaviour: Behaviour, kind: ApiFault['kind']][] = [
  ['says nothing', silence, 'timeout'],
  ['says one byte, and then nothing', (response) => void response.writeHead(200).write('{'), 'timeout'],
  ['says 500', saysJson({ error: 'a fault' }, 500), 'status'],
  ['says 503', saysJson({ error: 'too busy' }, 503), 'status'],
  ['says 401', saysJson({ error: 'a wrong secret' }, 401), 'status'],
  ['says 403 with a yes in it', says(403, yes), 'status'],
  ['says 429', saysJson({ error: 'too many' }, 429), 'status'],
  ['says 204', (response) => void response.writeHead(204).end(), 'status'],
  ['says 201 with a yes in it', says(201, yes), 'status'],
  [
    'says that it is elsewhere',
    (response) => void response.writeHead(302, { location: '/' }).end(),
    'status',
  ],
  ['shows a page', says(200, '<h1>We will be back soon</h1>', 'text/html'), 'malformed'],
  ['shows a page that says it is JSON', says(200, '<h1>Hello</h1>'), 'malformed'],
  ['has no such address, in HTML', says(404, '<h1>Not found</h1>', 'text/html'), 'malformed'],
  ['has no such address, in no words', says(404, ''), 'malformed'],
  ['answers a yes that is not called JSON', says(200, yes, 'text/plain'), 'malformed'],
  ['answers nothing at all with 200', says(200, ''), 'malformed'],
  ['answers half of it', says(200, '{"id":"alice","name":"Al'), 'malformed'],
  ['answers null', says(200, 'null'), 'malformed'],
  ['answers true', says(200, 'true'), 'malformed'],
  ['answers a list', saysJson([ALICE]), 'malformed'],
  ['answers an object with nothing in it', saysJson({}), 'malformed'],
  ['answers words for yes and no', saysJson({ id: true, friends: 'true', ok: 'true' }), 'malformed'],
  ['answers numbers for yes and no', saysJson({ id: null, friends: 1, ok: 1 }), 'malformed'],
  ['answers bytes that are no UTF-8', says(200, Buffer.from([123, 34, 255, 34, 125])), 'malformed'],
  ['answers nine megabytes', says(200, huge), 'malformed'],
  ['closes the connection', (response) => void response.socket?.destroy(), 'connection'],
  ['resets the connection', (response) => void response.socket?.resetAndDestroy(), 'connection'],
  [
    'breaks off in the middle',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"id":', () => response.socket?.destroy());
    },
    'connection',
  ],
];

describe('a site that', () => {
  test.each(faults)('%s has not answered any question, and never says no', async (_what, behaviour, kind) => {
    site.behaviour = behaviour;
    const patience = kind === 'timeout' ? 0.2 : 20;
    const directory = open({ retries: 0, timeout: patience }, patience);
    for (const [question, ask] of questions)
      expect([question, (await faultOf(ask(directory))).kind]).toEqual([question, kind]);
  });

  test('does not listen has not answered, and answers when it does', async () => {
    const port = await freePort();
    const directory = open({ url: `http://127.0.0.1:${port}` });
    for (const [, ask] of questions) expect((await faultOf(ask(directory))).kind).toBe('connection');
    const late = await FaultySite.start(saysJson(ALICE), port);
    try {
      expect(await directory.user('alice')).toEqual(ALICE);
    } finally {
      await late.stop();
    }
  });

  test('speaks another protocol has not answered', async () => {
    const server: Server = createServer((socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const directory = open({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect((await faultOf(directory.user('alice'))).kind).toBe('connection');
    server.close();
  });

  test('does not speak TLS where it should gets no password to read', async () => {
    const heard: Buffer[] = [];
    const server: Server = createServer((socket: Socket) => {
      socket.on('data', (chunk) => heard.push(chunk));
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const directory = open({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const fault = await faultOf(directory.checkPassword('alice', 'pw-alice'));
    expect([fault.kind, fault.sent]).toEqual(['timeout', false]);
    await directory.close();
    expect(heard.length).toBeGreaterThan(0);
    expect(Buffer.concat(heard).toString('latin1')).not.toMatch(/pw-alice|alice|of-the-api/);
    server.close();
  });

  test('knows nobody, and says so, is believed', async () => {
    site.behaviour = saysJson({ error: 'no such user' }, 404);
    const directory = open();
    expect(await directory.user('alice')).toBeUndefined();
    expect(await directory.friends('alice')).toEqual([]);
    expect(await directory.areFriends('alice', 'bob')).toBe(false);
    expect(await directory.mayChat('alice')).toBe(false);
    expect(await directory.checkPassword('alice', 'pw-alice')).toBe(false);
  });
});

describe('an answer', () => {
  test.each(['bob', 'Alice', 'alice ', 'alice@im.example', '', 'álice'])(
    'about somebody else (%j) is about nobody',
    async (id) => {
      site.behaviour = saysJson({ id, name: 'Alice', ok: true });
      const directory = open();
      expect(await directory.user('alice')).toBeUndefined();
      expect(await directory.checkPassword('alice', 'pw-alice')).toBe(false);
    },
  );

  test('may have ids of numbers, and no name', async () => {
    site.behaviour = saysJson({ id: 12, name: null, more: [1] });
    const directory = open();
    expect(await directory.user('12')).toEqual({ id: '12', name: '12' });
    expect(await directory.user('12x')).toBeUndefined();
  });

  test('of friends leaves out whose id can not be an address, and the user', async () => {
    const friends = [
      { id: 'bob', name: ' Bob ', avatar: '/bob.png', groups: ['Close friends', ' ', 'a, b'] },
      ...['Upper', 'back\\slash', '', 'alice'].map((id) => ({ id, name: 'x' })),
      { id: 7, name: 'x'.repeat(300), avatar: 'x'.repeat(3000), groups: null },
    ];
    site.behaviour = saysJson({ friends });
    expect(await open().friends('alice')).toEqual([
      { id: 'bob', name: 'Bob', avatar: '/bob.png', groups: ['Close friends', 'a, b'] },
      { id: '7', name: 'x'.repeat(200), groups: [] },
    ]);
  });

  test('with one friend that is none is no answer: who is left out would be a friend no more', async () => {
    for (const friend of ['bob', null, { name: 'Bob' }, { id: 'bob', groups: 'a' }, { id: ['bob'] }]) {
      site.behaviour = saysJson({ friends: [{ id: 'carol', name: 'Carol' }, friend] });
      expect((await faultOf(open().friends('alice'))).kind).toBe('malformed');
    }
  });

  test('of changes that can not be read is none, and a site without them has none', async () => {
    const changes = openChanges(configOf(site, {}, 1), log);
    if (changes === undefined) throw new Error('no list of changes');
    opened.push(changes);
    site.behaviour = saysJson({ changes: [{ id: 1, kind: 'renamed', user: 7 }] });
    expect(await changes.next()).toEqual([{ id: '1', kind: 'renamed', user: '7' }]);
    site.behaviour = saysJson({ changes: [{ kind: 'renamed', user: 'bob' }] });
    await expect(changes.next()).rejects.toThrow(ApiFault);
    site.behaviour = saysJson({ error: 'none' }, 404);
    expect(await changes.next()).toEqual([]);
    await expect(changes.done(['1'])).rejects.toThrow(ApiFault);
  });
});

describe('a question', () => {
  test('is asked with the secret, and the id in its address encoded', async () => {
    const directory = open();
    const id = `a/b?c#d%e&f;g=h:i@j..`;
    await directory.user(id);
    await faultOf(directory.areFriends(id, '/..'));
    expect(site.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/users/a%2Fb%3Fc%23d%25e%26f%3Bg%3Dh%3Ai%40j..',
      'GET /api/users/a%2Fb%3Fc%23d%25e%26f%3Bg%3Dh%3Ai%40j../friends/%2F..',
    ]);
    expect(new Set(site.asked.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${SECRET}`]),
    );
  });

  test('about an id that would be another address is not asked', async () => {
    site.behaviour = saysJson({ id: '..', name: 'x', friends: true, ok: true });
    const directory = open();
    for (const id of ['.', '..', 'ALICE', '', 'a'.repeat(129)]) {
      expect(await directory.user(id)).toBeUndefined();
      expect(await directory.areFriends(id, 'alice')).toBe(false);
      expect(await directory.areFriends('alice', id)).toBe(false);
      expect(await directory.mayChat(id)).toBe(false);
      expect(await directory.checkPassword(id, 'pw')).toBe(false);
    }
    expect(site.asked).toEqual([]);
  });

  test('for a password has it in the body, on a connection of its own', async () => {
    site.behaviour = saysJson({ ...ALICE, ok: true });
    const directory = open({ connections: 1 });
    for (const password of ['pw-alice', 'ä:{"&', 'x'.repeat(4096)]) {
      expect(await directory.checkPassword('alice', password)).toBe(true);
      const asked = site.asked.filter(({ method }) => method === 'POST').at(-1);
      expect(asked).toMatchObject({ path: '/api/users/alice/password', body: JSON.stringify({ password }) });
    }
    const connections = (method: string): number =>
      new Set(site.asked.filter((one) => one.method === method).map(({ connection }) => connection)).size;
    expect([connections('POST'), connections('GET')]).toEqual([3, 1]);
  });

  test('with a password that nobody can have is not asked', async () => {
    for (const password of ['', 'x'.repeat(4097)])
      expect(await open().checkPassword('alice', password)).toBe(false);
    expect(site.asked).toEqual([]);
  });

  test.each([502, 503, 504])('is asked again after %i, but no password is', async (status) => {
    const directory = open();
    site.behaviour = (response, asked) => {
      const bad = site.asked.length === 1 || asked.method === 'POST';
      saysJson(ALICE, bad ? status : 200)(response, asked);
    };
    expect(await directory.user('alice')).toEqual(ALICE);
    expect(site.asked).toHaveLength(2);
    expect(await faultOf(directory.checkPassword('alice', 'pw-alice'))).toMatchObject({ status });
    expect(site.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test.each([
    ['says 500', saysJson({}, 500)],
    ['says 401', saysJson({}, 401)],
    ['redirects', (response) => void response.writeHead(307, { location: site.url }).end()],
    ['shows a page', says(200, 'Hello', 'text/html')],
  ] as [string, Behaviour][])('is not asked again of a site that %s', async (_what, behaviour) => {
    site.behaviour = behaviour;
    await faultOf(open().user('alice'));
    expect(site.asked).toHaveLength(1);
  });

  test('survives a connection that the site closes as it is asked', async () => {
    const directory = open();
    expect(await directory.user('alice')).toEqual(ALICE);
    site.endConnections();
    expect(await directory.user('alice')).toEqual(ALICE);
    site.behaviour = (response, asked) => {
      if (site.asked.length === 3) response.socket?.resetAndDestroy();
      else saysJson(ALICE)(response, asked);
    };
    expect(await directory.user('alice')).toEqual(ALICE);
    expect(site.asked).toHaveLength(4);
  });

  test('ends with its deadline, however many tries there may be', async () => {
    site.behaviour = silence;
    const fault = await faultOf(open({ retries: 10, timeout: 0.2 }, 0.5).user('alice'));
    expect(fault.kind).toBe('timeout');
    expect(site.asked.length).toBeLessThanOrEqual(3);
  });

  test('of many gets a second try for a tenth of them, and the first ten', async () => {
    site.behaviour = saysJson({}, 503);
    const directory = open({ retries: 10, connections: 2, queue: 1000 }, 20);
    await Promise.all(Array.from({ length: 100 }, () => faultOf(directory.user('alice'))));
    expect(site.asked.length).toBeGreaterThan(100);
    expect(site.asked.length).toBeLessThanOrEqual(120);
  });
});

describe('connections to the site', () => {
  test('are kept, and no more than so many', async () => {
    const directory = open({ connections: 3, timeout: 5 }, 5);
    for (let i = 0; i < 10; i += 1) await directory.user('alice');
    expect(site.connections).toBe(1);
    await Promise.all(Array.from({ length: 60 }, () => directory.user('alice')));
    expect(site.asked).toHaveLength(70);
    expect(site.connections).toBeLessThanOrEqual(3);
    expect(site.most).toBeLessThanOrEqual(3);
  });

  test('are waited for by so many, and the next is refused at once', async () => {
    site.behaviour = silence;
    const directory = open({ connections: 1, queue: 1, retries: 0, timeout: 5 }, 0.5);
    const first = faultOf(directory.user('alice'));
    const second = faultOf(directory.user('alice'));
    expect((await faultOf(directory.user('alice'))).kind).toBe('queue-full');
    expect([(await first).kind, (await second).kind].sort()).toEqual(['queue-timeout', 'timeout']);
  });

  test('are ended with the directory, and who waits is told', async () => {
    site.behaviour = silence;
    const directory = open({ timeout: 30 }, 30);
    const answers = [faultOf(directory.user('alice')), faultOf(directory.checkPassword('bob', 'pw'))];
    await waitUntil('the questions', () => site.asked.length === 3);
    await directory.close();
    for (const answer of answers) expect((await answer).kind).toBe('connection');
    await waitUntil('no connection', () => site.open === 0);
    expect((await faultOf(directory.user('alice'))).kind).toBe('closed');
  });
});

describe('a site that fails again and again', () => {
  const breakerMetric = async (): Promise<string | undefined> =>
    /^im_directory_api_breaker\{pool="site-api"\} (\d)$/m.exec(await scrape())?.[1];

  test('is left in peace, tried once, and asked again when that went well', async () => {
    site.behaviour = saysJson({}, 500);
    const directory = open({ retries: 0, breaker: { failures: 3, pause: 0.2 } });
    for (let i = 0; i < 3; i += 1) expect((await faultOf(directory.user('alice'))).kind).toBe('status');
    expect((await faultOf(directory.user('alice'))).kind).toBe('breaker');
    expect((await faultOf(directory.checkPassword('alice', 'pw'))).kind).toBe('breaker');
    expect(site.asked).toHaveLength(3);
    expect(await breakerMetric()).toBe('2');
    await waitUntil('a trial', async () => (await faultOf(directory.user('alice'))).kind === 'status');
    expect((await faultOf(directory.user('alice'))).kind).toBe('breaker');
    expect(site.asked).toHaveLength(4);
    site.behaviour = saysJson(ALICE);
    await waitUntil('an answer', () => directory.user('alice').catch(() => undefined));
    expect(await breakerMetric()).toBe('0');
    expect(await directory.user('alice')).toEqual(ALICE);
  });

  test('is tried by one alone', async () => {
    site.behaviour = saysJson({}, 500);
    const directory = open({ retries: 0, timeout: 5, breaker: { failures: 1, pause: 0.05 } }, 5);
    await faultOf(directory.user('alice'));
    site.behaviour = silence;
    const kind = async (): Promise<string> => (await faultOf(directory.user('alice'))).kind;
    const trial = waitUntil('the trial to end', async () => (await kind()) !== 'breaker');
    await waitUntil('the trial', () => site.asked.length === 2);
    expect(await breakerMetric()).toBe('1');
    for (let i = 0; i < 5; i += 1) expect(await kind()).toBe('breaker');
    expect(site.asked).toHaveLength(2);
    await directory.close();
    await trial;
  });

  test('for one user alone is asked of the others', async () => {
    site.behaviour = (response, asked) =>
      asked.path.endsWith('/alice') ? saysJson(ALICE)(response, asked) : says(400, '')(response, asked);
    const directory = open({ retries: 0, breaker: { failures: 2, pause: 60 } });
    for (let i = 0; i < 6; i += 1) await faultOf(directory.user('o’brien'.replace('’', "'")));
    expect(await directory.user('alice')).toEqual(ALICE);
  });
});
