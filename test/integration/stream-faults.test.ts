/**
 * The faults of @xmpp/client 0.14 that bridge/xmpp/library.ts mends. Of each pair, the first test holds our stream
 * to what is right; the second shows the bare library at fault, and fails when a release has mended it: then
 * take the remedy out.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { client, xml, type Client } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { StreamError } from '../../bridge/xmpp/stream-error.ts';
import { Stream, type StreamOptions } from '../../bridge/xmpp/stream.ts';
import { ENABLED, NOT_RESUMED, resumedAt, ScriptedXmpp } from '../support/scripted-xmpp.ts';
import { waitUntil } from '../support/wait-until.ts';

let server: ScriptedXmpp;
let stanzas: Element[];
let faults: Error[];
let downs: string[];
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  server = await ScriptedXmpp.start();
  [stanzas, faults, downs] = [[], [], []];
});

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await server.stop();
});

type Change = Partial<Omit<StreamOptions, 'credential'>> & { readonly credential?: string };

function ours({ credential = 'pw', ...change }: Change = {}): Stream {
  const told = { stanzas, downs, faults }; // of this test: a stream that is cut after it must not tell the next
  const stream = new Stream(
    {
      host: '127.0.0.1',
      port: server.port,
      tls: false,
      domain: 'im.example',
      localPart: 'alice',
      resource: 'web',
      timeout: 2000,
      resumeTimeout: 60,
      queue: 100,
      credential: () => Promise.resolve(credential),
      ...change,
    },
    {
      stanza: (stanza) => told.stanzas.push(stanza),
      down: (reason) => told.downs.push(reason),
      acknowledging: () => undefined,
      fault: (error) => told.faults.push(error),
    },
  );
  closing.push(() => {
    stream.cut();
    return Promise.resolve();
  });
  return stream;
}

interface Bare extends Client {
  _onData(data: Buffer): void;
  streamManagement: Client['streamManagement'] & { outbound_q: unknown[] };
}

/** The library as it comes, but with PLAIN asked for by name, without which it does not get in. */
function bare(
  credentials: object = {
    credentials: (authenticate: (...args: unknown[]) => Promise<void>) =>
      authenticate({ username: 'alice', password: 'pw' }, 'PLAIN'),
  },
): Bare {
  const xmpp = client({
    service: `xmpp://127.0.0.1:${server.port}`,
    domain: 'im.example',
    resource: 'web',
    ...credentials,
  }) as Bare;
  xmpp.on('error', (error) => faults.push(error));
  xmpp.on('stanza', (stanza) => stanzas.push(stanza));
  closing.push(() => {
    xmpp.reconnect.stop();
    (xmpp.socket as unknown as { destroy(): void } | null)?.destroy();
    return Promise.resolve();
  });
  return xmpp;
}

async function startBare(): Promise<Bare> {
  const xmpp = bare();
  await xmpp.start();
  await waitUntil('stream management', () => xmpp.streamManagement.enabled);
  return xmpp;
}

const message = (body: string): string => `<message from='bob@im.example/x'><body>${body}</body></message>`;
/** So that the kernel does not join two chunks again. */
const aChunkLater = (): Promise<void> => sleep(50);
const ASK = "<r xmlns='urn:xmpp:sm:3'/>";

describe('stanzas in one chunk with <enabled/>', () => {
  beforeEach(() => {
    server.enabled = ENABLED + message('early') + message('earlier still');
  });

  test('are counted', async () => {
    await ours().open();
    server.say(message('late') + ASK);
    await server.hears(/<a [^>]*h="3"/);
    expect(stanzas).toHaveLength(4); // with the bind result, which came before
  });

  test('are forgotten by the library', async () => {
    await startBare();
    server.say(message('late') + ASK);
    await server.hears(/<a [^>]*h="1"/);
  });
});

describe('a character that two chunks share', () => {
  const euro = Buffer.from(message('€'));
  const cut = euro.indexOf(0xe2) + 1;

  async function sayInTwo(): Promise<string | null | undefined> {
    server.say(euro.subarray(0, cut));
    await aChunkLater();
    server.say(euro.subarray(cut));
    return await waitUntil('the message', () =>
      stanzas.find((stanza) => stanza.name === 'message')?.getChildText('body'),
    );
  }

  test('arrives whole', async () => {
    await ours().open();
    expect(await sayInTwo()).toBe('€');
  });

  test('is destroyed by the library', async () => {
    await startBare();
    expect(await sayInTwo()).not.toBe('€');
  });
});

describe('data after the end of the stream', () => {
  test('is ignored', async () => {
    await ours().open();
    server.say('</stream:stream>');
    await aChunkLater();
    server.say(message('after the end'));
    await aChunkLater();
    server.cut();
    await waitUntil('the stream to be down', () => downs.length === 1);
    expect(stanzas.filter((stanza) => stanza.name === 'message')).toHaveLength(0);
  });

  test('throws in the library, where nobody can catch it', async () => {
    const xmpp = await startBare();
    (xmpp as unknown as { _detachParser(): void })._detachParser(); // as it does at the closing tag
    expect(() => {
      xmpp._onData(Buffer.from(message('after the end')));
    }).toThrow(TypeError);
  });
});

describe('signing in', () => {
  test('is by PLAIN, and carries any text', async () => {
    await ours({ localPart: 'ælíce', credential: 'pässwörd€' }).open();
    const sent = Buffer.from(/<auth[^>]*>([^<]+)</.exec(server.received)?.[1] ?? '', 'base64').toString();
    expect(sent).toBe('\0ælíce\0pässwörd€');
  });

  test('says nothing secret without TLS where the settings ask for it', async () => {
    await expect(ours({ tls: true }).open()).rejects.toMatchObject({ reason: 'no-tls' });
    expect(server.received).not.toContain('<auth');
  });

  test('is not tried by the library without TLS', async () => {
    const xmpp = bare({ username: 'alice', password: 'pw' });
    await expect(xmpp.start()).rejects.toThrow();
    expect(server.received).not.toContain('<auth');
  });

  test('fails in the library when the text is not Latin-1', async () => {
    const xmpp = bare({
      credentials: (authenticate: (...args: unknown[]) => Promise<void>) =>
        authenticate({ username: 'alice', password: '€' }, 'PLAIN'),
    });
    await expect(xmpp.start()).rejects.toThrow();
    expect(server.received).not.toContain('<auth');
  });
});

describe('acknowledgements', () => {
  test('go out with what is sent next, and ask for one of the server', async () => {
    const stream = ours();
    await stream.open();
    const before = stanzas.length;
    server.say(message('one') + ASK + message('two'));
    await waitUntil('both to arrive', () => stanzas.length === before + 2);
    stream.send(xml('message', { id: 'next' }));
    await server.hears(/id="next"[^]*<a [^>]*h="2"[^]*<r /);
    expect(server.received).not.toContain('h="1"');
  });

  test('go out without anything else soon', async () => {
    await ours().open();
    server.say(message('one') + ASK + message('two') + ASK);
    await server.hears(/<a [^>]*h="2"/);
    expect(server.received.match(/<a /g)).toHaveLength(1);
  });

  test('are asked for under a steady flow', async () => {
    const stream = ours();
    await stream.open();
    for (let i = 0; i < 50; i += 1) stream.send(xml('message', { id: `m${i}` }));
    await server.hears(/id="m9"[^]*<r [^]*id="m49"/);
    server.say("<a xmlns='urn:xmpp:sm:3' h='50'/>");
    await waitUntil('the queue to be empty', () => stream.unacknowledged === 0);
  });

  test('are not asked for by the library while it writes', async () => {
    const xmpp = await startBare();
    for (let i = 0; i < 50; i += 1) await xmpp.send(xml('message', { id: `m${i}` }));
    await server.hears(/id="m49"/);
    expect(server.received).not.toContain('<r ');
  });

  test('of more than was sent cut the stream, and nothing throws', async () => {
    const stream = ours();
    await stream.open();
    server.say("<a xmlns='urn:xmpp:sm:3' h='7'/>");
    await waitUntil('the stream to be down', () => downs.length === 1);
    expect(faults).toEqual([expect.objectContaining({ reason: 'bad-ack' })]);
  });

  test('of more than was sent throw in the library', async () => {
    await startBare();
    server.say("<a xmlns='urn:xmpp:sm:3' h='7'/>");
    await waitUntil('a fault', () => faults.length > 0);
    expect(faults[0]).toBeInstanceOf(TypeError);
  });

  test('stanzas are queued before they are written, so that no answer comes too early', async () => {
    const stream = ours();
    await stream.open();
    stream.send(xml('message', { id: 'm' }));
    expect(stream.unacknowledged).toBe(1);
  });

  test('come too early for the library, which queues a stanza when it is written', async () => {
    const xmpp = await startBare();
    const sending = xmpp.send(xml('message', { id: 'm' }));
    expect(xmpp.streamManagement.outbound_q).toHaveLength(0);
    await sending;
    expect(xmpp.streamManagement.outbound_q).toHaveLength(1);
  });

  test('the queue is bounded', async () => {
    const stream = ours();
    await stream.open();
    for (let i = 0; i < 100; i += 1) stream.send(xml('message', {}));
    expect(() => {
      stream.send(xml('message', {}));
    }).toThrow(expect.objectContaining({ reason: 'queue-full' }));
  });
});

describe('an opening that fails', () => {
  // Each of these once ended the process: a rejection that nobody had begun to wait for.
  test('since the server closes at once, is told', async () => {
    server.closesAtOnce = true;
    await expect(ours().open()).rejects.toBeInstanceOf(StreamError);
  });

  test('since we close meanwhile, is told, and the stream does not open any more', async () => {
    server.enabled = '';
    const stream = ours();
    const opening = stream.open();
    const told = expect(opening).rejects.toMatchObject({ reason: 'closed' });
    await server.hears(/<enable /);
    await stream.close();
    await told;
    await expect(stream.open()).rejects.toMatchObject({ reason: 'closed' });
  });

  test('may be tried again', async () => {
    server.closesAtOnce = true;
    const stream = ours();
    await expect(stream.open()).rejects.toBeInstanceOf(StreamError);
    server.closesAtOnce = false;
    server.received = '';
    await expect(stream.open()).resolves.toBe(false);
  });
});

describe('a cut stream', () => {
  test('is not opened again by itself: who holds it decides when', async () => {
    const stream = ours();
    await stream.open();
    stream.cut();
    await waitUntil('the stream to be down', () => downs.length === 1);
    expect(() => {
      stream.send(xml('message', {}));
    }).toThrow(expect.objectContaining({ reason: 'down' }));
    await sleep(1200); // the library's second
    expect(server.connections).toBe(1);
  });

  test('is opened again by the library after a fixed second', () => {
    expect((bare().reconnect as unknown as { delay: number }).delay).toBe(1000);
  });

  test('a server that says nothing is given up, and the reason says so', async () => {
    const silent = ours();
    server.enabled = '';
    await expect(silent.open()).rejects.toMatchObject({ reason: 'timeout' });
  });
});

describe('a stream that is opened again', () => {
  const lastConnection = (): string => server.received.slice(server.received.lastIndexOf('<resume '));
  const message = xml('message', { id: 'm' });

  /** With a stanza that is not acknowledged. */
  async function cutStream(): Promise<Stream> {
    const stream = ours();
    await stream.open();
    stream.send(message);
    await server.hears(/id="m"/);
    stream.cut();
    await waitUntil('the stream to be down', () => downs.length === 1);
    return stream;
  }

  test('is resumed where the server has it, and sends what is not acknowledged once more', async () => {
    const stream = await cutStream();
    server.resumed = resumedAt(0);
    await expect(stream.open()).resolves.toBe(true);
    await server.hears(/<resume [^]*id="m"/);
    expect(stream.unacknowledged).toBe(1);
    server.say("<a xmlns='urn:xmpp:sm:3' h='1'/>");
    await waitUntil('the queue to be empty', () => stream.unacknowledged === 0);
    expect(server.received).not.toMatch(/<resume [^]*<bind/);
  });

  test('begins anew where the server does not, and says so: all is to be set up again', async () => {
    const stream = await cutStream();
    await expect(stream.open()).resolves.toBe(false);
    expect(stream.unacknowledged).toBe(0);
    expect(lastConnection()).toContain('<bind');
  });

  test('is not taken for resumed when more is acknowledged than was sent, and begins anew next', async () => {
    const stream = await cutStream();
    server.resumed = resumedAt(7);
    await expect(stream.open()).rejects.toBeInstanceOf(StreamError);
    expect(faults).toEqual([expect.objectContaining({ reason: 'bad-ack' })]);
    await expect(stream.open()).resolves.toBe(false);
  });

  test('sends nothing twice, though it was cut before when it waited to be resumed', async () => {
    const stream = await cutStream();
    server.resumed = '';
    const cut = expect(stream.open()).rejects.toBeInstanceOf(StreamError);
    await server.hears(/<resume /);
    server.cut();
    await cut;
    server.resumed = resumedAt(0);
    await expect(stream.open()).resolves.toBe(true);
    stream.send(xml('message', { id: 'last' }));
    await server.hears(/id="last"/);
    expect(lastConnection().match(/id="m"/g)).toHaveLength(1);
  });

  test('takes an answer twice in the library after that, and asks to be bound twice', async () => {
    const xmpp = await startBare();
    xmpp.reconnect.stop();
    const again = async (): Promise<void> => {
      await xmpp.connect(`xmpp://127.0.0.1:${server.port}`);
      await xmpp.open({ domain: 'im.example' });
    };
    for (const answer of ['', NOT_RESUMED]) {
      server.cut();
      await waitUntil('the library to notice', () => xmpp.status === 'disconnect');
      server.resumed = answer;
      await again();
      await server.hears(answer === '' ? /<resume / : /<resume [^]*<resume [^]*<bind[^]*<bind/);
    }
  });
});

describe('a server that takes longer than the two seconds of the library', () => {
  beforeEach(() => {
    server.slow = 2200;
  });

  test('is waited for as long as the settings say', async () => {
    await expect(ours({ timeout: 10_000 }).open()).resolves.toBe(false);
  });

  test('is given up by the library', async () => {
    await expect(bare().start()).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
