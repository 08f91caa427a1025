/** Many, slow and greedy clients: each has its bound, and everybody else chats on. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { story, type Person } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';
import { exchange, heard, metricsOf, quietTab, rawConnection, statusesOf, useTarget } from './http-target.ts';

const CONNECTS = 40;
const OF_ADDRESS = 30;
const OF_ALL = 120;
/** Its X-Forwarded-For is believed. */
const PROXY = '127.0.0.9';
const used = useTarget({
  change: {
    http: { trustedProxies: [PROXY] },
    limits: {
      hold: 1,
      body: 4096,
      sendRate: 1000,
      sendBurst: 1000,
      connections: OF_ALL,
      connectionsPerAddress: OF_ADDRESS,
      connectsPerAddress: CONNECTS,
    },
  },
});

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

function keep(socket: Socket): Socket {
  open.push(socket);
  return socket;
}

/** The code of a connect from an address of this machine, with a token that is none: a cheap one. */
function connectFrom(
  localAddress: string,
  forwardedFor?: string,
): Promise<{ code: string; retryAfter?: number }> {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return new Promise((resolve, reject) => {
    const asking = httpRequest({
      port: used.port,
      path: '/v1/connect?u=alice&token=none',
      localAddress,
      headers,
      agent: false,
    });
    asking.once('error', reject);
    asking.once('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('end', () => resolve((JSON.parse(text) as { error: { code: string } }).error));
    });
    asking.end();
  });
}

test('H12 limits: an address connects so often a minute, and whom it claims to speak for changes nothing', async () => {
  for (let n = 0; n < CONNECTS; n += 1)
    expect((await connectFrom('127.0.0.2', `10.0.0.${n}`)).code).toBe('bad-token');
  const refused = await connectFrom('127.0.0.2', '10.0.0.200');
  expect(refused).toMatchObject({ code: 'rate-limited', retryAfter: expect.any(Number) });
  expect((await connectFrom('127.0.0.3')).code).toBe('bad-token');
  for (let n = 0; n < CONNECTS + 5; n += 1)
    expect((await connectFrom(PROXY, `10.0.1.${n}`)).code).toBe('bad-token');
  const forged = async (n: number): Promise<string> =>
    (await connectFrom(PROXY, `10.9.9.${n}, 10.0.2.1`)).code;
  const codes = await Promise.all(Array.from({ length: CONNECTS + 5 }, (_, n) => forged(n)));
  expect(codes.filter((code) => code === 'rate-limited').length).toBeGreaterThan(0); // the proxy’s word counts, not the client’s
});

/** Messages pass, as if nothing were. */
async function chats(alice: Person, bob: Person, text: string): Promise<void> {
  await alice.tab.send(bob.id, text);
  await bob.tab.sees(text, (tab) => tab.bodies(alice.id).includes(text));
}

const isOpen = (socket: Socket): boolean => !socket.destroyed;

/** So many files, numbered from 0, of which so many are free. */
function limitThatLeaves(free: number, inUse: ReadonlySet<number>): number {
  let files = 0;
  for (let left = free; left > 0; files += 1) if (!inUse.has(files)) left -= 1;
  return files;
}

story(
  'H13 files: without any left the process lives, and serves again when there are',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, { info }) => {
    const worker = String(info.pids['worker']);
    const inUse = new Set(readdirSync(`/proc/${worker}/fd`).map(Number));
    const limit = (files: number | string): unknown =>
      execFileSync('prlimit', ['--pid', worker, `--nofile=${files}:`]);
    const before = execFileSync('prlimit', ['--pid', worker, '--nofile', '--noheadings', '--output=SOFT'])
      .toString()
      .trim();
    limit(limitThatLeaves(3, inUse));
    try {
      const sockets = [2, 3, 4].flatMap((n) =>
        Array.from({ length: 20 }, () => keep(rawConnection(used.port, `127.0.0.${n}`))),
      );
      sockets.forEach((socket) => socket.resume());
      await waitUntil('files to have run out', () => sockets.filter(isOpen).length < 20);
    } finally {
      limit(before);
    }
    for (const socket of open.splice(0)) socket.destroy();
    await chats(alice, bob, 'files are there again');
  },
);

story(
  'H12 limits: connections of one address, and of all, are so many; who is there stays',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }, stack) => {
    const greedy = Array.from({ length: OF_ADDRESS * 2 }, () => keep(rawConnection(used.port, '127.0.0.4')));
    greedy.forEach((socket) => socket.resume());
    await waitUntil('the half of them to be closed', () => greedy.filter(isOpen).length === OF_ADDRESS);
    await chats(alice, bob, 'beside one who is greedy');
    const crowd = [5, 6, 7, 8].flatMap((n) =>
      Array.from({ length: OF_ADDRESS }, () => keep(rawConnection(used.port, `127.0.0.${n}`))),
    );
    crowd.forEach((socket) => socket.resume());
    await waitUntil('all to be full', async () =>
      /^im_connections_refused_total\{reason="all"\} [1-9]/m.test(await metricsOf(stack)),
    );
    expect([...greedy, ...crowd].filter(isOpen).length).toBeLessThan(OF_ALL);
    for (const socket of open.splice(0)) socket.destroy();
    await chats(alice, bob, 'afterwards');
  },
);

test.each([
  [
    '65 headers',
    `GET /v1/poll HTTP/1.1\r\nConnection: close\r\nHost: x\r\n${Array.from({ length: 63 }, (_, i) => `A${i}: b\r\n`).join('')}\r\n`,
    413,
  ],
  ['headers of 17 KB', `GET /v1/poll HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
  [
    'an address of 9,000 characters',
    `GET /v1/poll?u=${'x'.repeat(9000)} HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n`,
    413,
  ],
  [
    'a body that says that it is too long',
    'POST /v1/send HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n',
    413,
  ],
  [
    'a body that does not say so',
    `POST /v1/send HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${`400\r\n${'x'.repeat(1024)}\r\n`.repeat(5)}`,
    413,
  ],
])('H11 too much: %s is told so, and ends the connection', async (_name, bytes, status) => {
  const text = await exchange(used.port, bytes);
  expect(statusesOf(text)).toEqual([status]);
  expect(text).toContain('"code":"too-large"');
});

story(
  'H11 slow clients: who sends or reads too slowly is cut, and everybody else chats on',
  used,
  { alice: 1, bob: 1 },
  async ({ alice, bob }) => {
    const reader = await quietTab(alice, used.url);
    const text = 'x'.repeat(3500);
    for (let n = 0; n < 100; n += 1) await alice.tab.send(bob.id, `${n} ${text}`);
    const starts = [
      '',
      'GET',
      'GET /v1/poll HTTP/1.1\r\nHost: x\r\n',
      'POST /v1/send HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{',
    ];
    const slow = starts.map((start) => {
      const socket = keep(rawConnection(used.port, '127.0.0.5'));
      socket.write(start);
      return { start, end: heard(socket) };
    });
    const poll = `GET /v1/poll?u=${alice.id}&tab=${reader.id}&cursor=${reader.cursor} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const silent = keep(rawConnection(used.port, '127.0.0.6'));
    silent.pause();
    silent.write(poll.repeat(100)); // 35 MB: more than what the system keeps on the way
    await chats(alice, bob, 'beside slow ones');
    for (const { start, end } of slow) {
      // While a call is under way, nothing but its own answer may stand there.
      expect({ start, statuses: statusesOf(await end) }).toEqual({
        start,
        statuses: start.endsWith('{') ? [] : [408],
      });
    }
    await waitUntil('the silent reader to be cut', () => isCut(silent), { timeout: 30_000, every: 500 });
  },
);

/** Linux, proc(5): does the bridge have its half of this connection no longer? The other half is told when it reads. */
function isCut({ localPort = 0 }: Socket): boolean {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const established = new RegExp(`\\d: \\w+:${hex(used.port)} \\w+:${hex(localPort)} 01 `);
  return !established.test(readFileSync('/proc/net/tcp', 'utf8'));
}
