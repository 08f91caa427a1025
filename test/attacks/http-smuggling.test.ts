/**
 * Requests that two parsers may read in two ways: each is refused and ends its connection, so that what stands
 * behind it is nobody's answer. And requests that break off, or are noise: the process does not care.
 */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { randomFrom, type Random } from '../support/random.ts';
import { Person, story } from '../support/story.ts';
import { call } from '../support/tab.ts';
import { exchange, inLanes, quietTab, rawConnection, statusesOf, useTarget } from './http-target.ts';

const SEED = 7;
const MUTATIONS = 3000;
const used = useTarget({
  change: {
    limits: {
      hold: 0.2,
      callRate: 10_000,
      callBurst: 10_000,
    },
  },
});

/** Behind each: what must never be answered. */
const MARKER = 'GET /v1/poll?callback=marker HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const post = (headers: string, body = ''): string =>
  `POST /v1/leave HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;
const get = (headers: string): string => `GET /v1/leave HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`;
const chunked = 'Transfer-Encoding: chunked';
const CHUNKS = '2\r\n{}\r\n0\r\n\r\n';

const MALFORMED: Readonly<Record<string, string>> = {
  'both lengths, the content length first': post(`Content-Length: 2\r\n${chunked}`, CHUNKS),
  'both lengths, the transfer coding first': post(`${chunked}\r\nContent-Length: 2`, CHUNKS),
  'both lengths, an empty body': post(`${chunked}\r\nContent-Length: 0`, '0\r\n\r\n'),
  'two content lengths that differ': post('Content-Length: 2\r\nContent-Length: 3', '{}'),
  'two content lengths that agree': post('Content-Length: 2\r\nContent-Length: 2', '{}'),
  'a list of content lengths': post('Content-Length: 2, 2', '{}'),
  'a content length with a sign': post('Content-Length: +2', '{}'),
  'a negative content length': post('Content-Length: -2', '{}'),
  'a content length in hex': post('Content-Length: 0x2', '{}'),
  'a content length with a blank inside': post('Content-Length: 0 2', '{}'),
  'a content length with a point': post('Content-Length: 2.0', '{}'),
  'an empty content length': post('Content-Length: ', '{}'),
  'a content length that overflows': post('Content-Length: 18446744073709551618', '{}'),
  'a content length with a blank before the colon': post('Content-Length : 2', '{}'),
  'a transfer coding with a blank before the colon': post('Transfer-Encoding : chunked', CHUNKS),
  'a transfer coding with a tab before the colon': post('Transfer-Encoding\t: chunked', CHUNKS),
  xchunked: post('Transfer-Encoding: xchunked', CHUNKS),
  'chunked, then identity': post('Transfer-Encoding: chunked, identity', CHUNKS),
  'chunked, then gzip': post('Transfer-Encoding: chunked, gzip', CHUNKS),
  'chunked, then something in a second header': post(`${chunked}\r\nTransfer-Encoding: x`, CHUNKS),
  'a quoted transfer coding': post('Transfer-Encoding: "chunked"', CHUNKS),
  'a transfer coding with a control character': post('Transfer-Encoding: \vchunked', CHUNKS),
  'an empty transfer coding': post('Transfer-Encoding: ', CHUNKS),
  identity: post('Transfer-Encoding: identity', CHUNKS),
  'a chunk size with a sign': post(chunked, '+2\r\n{}\r\n0\r\n\r\n'),
  'a negative chunk size': post(chunked, '-2\r\n{}\r\n0\r\n\r\n'),
  'a chunk size in 0x': post(chunked, '0x2\r\n{}\r\n0\r\n\r\n'),
  'a chunk size that overflows': post(chunked, '10000000000000002\r\n{}\r\n0\r\n\r\n'),
  'a chunk size that is none': post(chunked, 'xyz\r\n{}\r\n0\r\n\r\n'),
  'an empty chunk size': post(chunked, '\r\n{}\r\n0\r\n\r\n'),
  'a chunk with a blank before its size': post(chunked, ' 2\r\n{}\r\n0\r\n\r\n'),
  'a chunk longer than it says': post(chunked, '1\r\n{}\r\n0\r\n\r\n'),
  'a chunk size that ends with LF alone': post(chunked, '2\n{}\r\n0\r\n\r\n'),
  'a chunk that ends with LF alone': post(chunked, '2\r\n{}\n0\r\n\r\n'),
  'a chunk that ends with CR and something': post(chunked, '2\r\n{}\rX0\r\n\r\n'),
  'an extension of a chunk of 20 KB': post(chunked, `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
  'an extension of a chunk with LF alone': post(chunked, '2;a\n{}\r\n0\r\n\r\n'),
  'header lines that end with LF alone': 'GET /v1/leave HTTP/1.1\nHost: x\n\n',
  'one header line that ends with LF alone': get('A: b\nC: d'),
  'a header that ends with CR alone': get('A: b\rC: d'),
  'a NUL in a header': get('A: b\0c'),
  'a NUL in a name': get('A\0: b'),
  'a name with a blank': get('A B: c'),
  'a name with a parenthesis': get('A(: c'),
  'a header without a colon': get('nothing'),
  'an empty name': get(': c'),
  'a first header that is folded': 'GET /v1/leave HTTP/1.1\r\n Host: x\r\n\r\n',
  'no host': 'GET /v1/leave HTTP/1.1\r\n\r\n',
  'a request line without a version': 'GET /v1/leave\r\nHost: x\r\n\r\n',
  'version 1.2': 'GET /v1/leave HTTP/1.2\r\nHost: x\r\n\r\n',
  'version 9.9': 'GET /v1/leave HTTP/9.9\r\nHost: x\r\n\r\n',
  'version 2.0, as a preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a version in lower case': 'GET /v1/leave http/1.1\r\nHost: x\r\n\r\n',
  'a method that there is not': 'GETT /v1/leave HTTP/1.1\r\nHost: x\r\n\r\n',
  'a method in lower case': 'get /v1/leave HTTP/1.1\r\nHost: x\r\n\r\n',
  'a tab in the request line': 'GET\t/v1/leave HTTP/1.1\r\nHost: x\r\n\r\n',
  'a blank in the address': 'GET /v1/lea ve HTTP/1.1\r\nHost: x\r\n\r\n',
  'a NUL in the address': 'GET /v1/lea\0ve HTTP/1.1\r\nHost: x\r\n\r\n',
  'a blank before the method': ' GET /v1/leave HTTP/1.1\r\nHost: x\r\n\r\n',
  'a tunnel': 'CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n',
  TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'a stream of XMPP': "<?xml version='1.0'?><stream:stream xmlns='jabber:client'>",
  'an answer': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'headers of 20 KB': get(`A: ${'x'.repeat(20_000)}`),
  '300 headers': get(Array.from({ length: 300 }, (_, i) => `A${i}: b`).join('\r\n')),
  'an expectation that there is not': post('Expect: 200-ok\r\nContent-Length: 2', '{}'),
};

/** Allowed: the one answer and the marker's, in this order. */
const WELL_FORMED: Readonly<Record<string, string>> = {
  'a GET': get('A: b'),
  'a POST': post('Content-Length: 2', '{}'),
  chunks: post(chunked, CHUNKS),
  'chunks, in capitals, with an extension and a trailer': post(
    'TRANSFER-ENCODING: CHUNKED',
    '2;a=b\r\n{}\r\n0\r\nT: x\r\n\r\n',
  ),
  '64 headers': get(Array.from({ length: 63 }, (_, i) => `A${i}: b`).join('\r\n')),
};

test.each(Object.entries(WELL_FORMED))(
  'H17 smuggling: after %s the next request has its own answer',
  async (_name, request) => {
    const text = await exchange(used.port, request + MARKER);
    expect(statusesOf(text)).toEqual([400, 200]);
    expect(text).toMatch(/marker\(.*\);$/);
  },
);

test('H17 smuggling: malformed requests are refused, and nothing behind them is answered', async () => {
  const answered = await inLanes(Object.entries(MALFORMED), 100, async ([name, request]) => {
    const text = await exchange(used.port, request + MARKER);
    return {
      name,
      marker: text.includes('marker('),
      statuses: statusesOf(text).map((status) => Math.floor(status / 100)),
    };
  });
  const wrong = answered.filter(
    ({ marker, statuses }) => marker || statuses.some((kind) => kind !== 4) || statuses.length > 1,
  );
  expect(wrong).toEqual([]);
});

test('H17 smuggling: a GET with a body, of which nobody reads the end, is answered and is the last', async () => {
  expect(statusesOf(await exchange(used.port, `${get('Content-Length: 2')}{}${MARKER}`))).toEqual([400]);
});

test('H17 smuggling: a wish to speak another protocol is answered as if it were not there', async () => {
  const wish = get('Connection: upgrade, close\r\nUpgrade: websocket');
  expect(statusesOf(await exchange(used.port, wish + MARKER))).toEqual([400]);
});

test('H17 smuggling: what is malformed behind a request that is held is not answered in its place', async () => {
  const alice = new Person('alice', used.stack);
  const tab = await quietTab(alice, used.url);
  const query = `u=alice&tab=${tab.id}&cursor=${tab.cursor}`;
  const text = await exchange(
    used.port,
    `GET /v1/poll?${query} HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n${MARKER}`,
  );
  expect(statusesOf(text)).toEqual([]);
  await tab.leave();
});

/** One good request of each kind, as bytes. */
async function recordings(person: Person, friend: string): Promise<string[]> {
  const tab = await quietTab(person, used.url);
  const who = `u=${person.id}&tab=${tab.id}`;
  const body = JSON.stringify({ u: person.id, tab: tab.id, to: friend, body: 'hello', cid: 'once' });
  return [
    `GET /v1/poll?${who}&cursor=${tab.cursor}&callback=got HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /v1/stream?${who}&cursor=${tab.cursor} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /v1/history?${who}&with=${friend} HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n`,
    `POST /v1/send HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    `POST /v1/send HTTP/1.1\r\nHost: x\r\n${chunked}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    'GET /im.js HTTP/1.1\r\nHost: x\r\n\r\n',
  ];
}

async function reset(bytes: string): Promise<void> {
  const socket = rawConnection(used.port);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.write(bytes, () => socket.resetAndDestroy());
  });
}

story(
  'H19 one request kills nothing: connections that are reset at each byte of good requests leave nothing behind',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const requests = await recordings(alice, bob.id);
    const cut = requests.flatMap((text) => Array.from(text, (_, i) => text.slice(0, i + 1)));
    expect(cut.length).toBeGreaterThan(500);
    await inLanes(cut, 16, reset);
    await inLanes([...requests, ...requests], 4, reset); // whole, and more than once
    expect(await call(used.url, 'connect', { u: alice.id, token: await alice.token() })).toMatchObject({
      ok: true,
    });
  },
);

/** A few bytes changed, taken out, put in or doubled. */
function mutate(text: string, random: Random): Buffer {
  const bytes = [...Buffer.from(text)];
  const at = (): number => Math.floor(random() * bytes.length);
  const changes = [
    () => bytes.splice(at(), 1, Math.floor(random() * 256)),
    () => bytes.splice(at(), 1 + Math.floor(random() * 10)),
    () =>
      bytes.splice(
        at(),
        0,
        ...Array.from({ length: 1 + Math.floor(random() * 4) }, () => Math.floor(random() * 256)),
      ),
    () => bytes.splice(at(), 0, ...bytes.slice(at(), at())),
    () =>
      bytes.splice(
        at(),
        0,
        ...Buffer.from(
          ['\r\n', '%00', '&', '{', '"', '\\u0000', '[]', '\ud83d'][Math.floor(random() * 8)] ?? '',
        ),
      ),
  ];
  for (let n = 1 + Math.floor(random() * 4); n > 0; n -= 1)
    changes[Math.floor(random() * changes.length)]?.();
  return Buffer.from(bytes);
}

/** Half closed, so that a request that waits for more has its end. */
async function throwAt(bytes: Buffer): Promise<number[]> {
  const socket = rawConnection(used.port);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.end(bytes);
  await once(socket, 'close');
  return statusesOf(text);
}

story(
  `H19 one request kills nothing: ${MUTATIONS} requests with bytes changed at random (seed ${SEED})`,
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }) => {
    const requests = await recordings(alice, bob.id);
    const random = randomFrom(SEED);
    const noise = Array.from({ length: MUTATIONS }, (_, i) =>
      mutate(requests[i % requests.length] ?? '', random),
    );
    const statuses = (await inLanes(noise, 16, throwAt)).flat();
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(new Set(statuses).size).toBeGreaterThan(2);
    expect(await call(used.url, 'connect', { u: bob.id, token: await bob.token() })).toMatchObject({
      ok: true,
    });
  },
);
