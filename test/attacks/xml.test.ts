/**
 * XML that is none, too much, or a trick: it ends the stream that it is on and no other. What a person types into
 * a page ends none at all.
 */
import { describe, expect, test } from '@jest/globals';
import { call, type Tab } from '../support/tab.ts';
import { Person } from '../support/story.ts';
import { barrier, useBattlefield } from './battlefield.ts';
import { RawSocket } from './raw-socket.ts';

const used = useBattlefield();

interface Text {
  readonly name: string;
  /** What stands in the body of a message to the victim, or with `whole` on the stream itself. */
  readonly bytes: string | Uint8Array;
  readonly whole?: true;
  /** COMPAT: 26.07 takes it for the beginning of a stanza, so what comes after it waits for the end of that. */
  readonly stalls?: true;
}

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const lol = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
const attributes = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

/** None of these is XML of a stream (RFC 6120, section 11.1), or is more than one may send. */
const FATAL: readonly Text[] = [
  { name: 'a billion laughs', bytes: `<!DOCTYPE x [<!ENTITY l0 "lol">${lol}]><x>&l9;</x>`, whole: true },
  { name: 'a DTD', bytes: '<!DOCTYPE message SYSTEM "http://attacker.example/x.dtd">', whole: true },
  {
    name: 'an entity of a file',
    bytes: '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    whole: true,
  },
  { name: 'an entity that nobody declared', bytes: 'a &nbsp; b' },
  { name: 'a reference to U+0000', bytes: 'a &#0; b' },
  { name: 'a reference to U+0001', bytes: 'a &#1; b' },
  { name: 'a reference to U+000B, in hex', bytes: 'a &#xB; b' },
  { name: 'a reference to half a surrogate pair', bytes: 'a &#xD800; b' },
  { name: 'a reference to U+FFFE', bytes: 'a &#xFFFE; b' },
  { name: 'a reference beyond Unicode', bytes: 'a &#x110000; b' },
  { name: 'a reference of a thousand digits', bytes: `a &#${'9'.repeat(1000)}; b` },
  { name: 'a raw NUL', bytes: bytes('a ', [0], ' b') },
  { name: 'a raw U+0001', bytes: bytes('a ', [1], ' b') },
  { name: 'a raw U+FFFE', bytes: bytes('a ', [0xef, 0xbf, 0xbe], ' b') },
  { name: 'a byte that is no UTF-8', bytes: bytes('a ', [0xff], ' b') },
  { name: 'a UTF-8 sequence that ends early', bytes: bytes('a ', [0xe2, 0x82], ' b') },
  { name: 'an overlong slash', bytes: bytes('a ', [0xc0, 0xaf], ' b') },
  { name: 'an overlong less-than', bytes: bytes('a ', [0xe0, 0x80, 0xbc], ' b') },
  { name: 'an overlong NUL', bytes: bytes('a ', [0xc0, 0x80], ' b') },
  {
    name: 'a surrogate pair as two sequences (CESU-8)',
    bytes: bytes('a ', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
  },
  { name: 'five bytes for a character', bytes: bytes('a ', [0xf8, 0x88, 0x80, 0x80, 0x80]) },
  { name: 'UTF-16', bytes: Buffer.from('<message/>', 'utf16le'), whole: true },
  { name: 'an element that nobody closed', bytes: '<a><b></a>', whole: true },
  { name: 'an attribute twice', bytes: "<message to='a' to='b'/>", whole: true },
  { name: 'a prefix that nobody declared', bytes: "<nobody:message to='x'/>", whole: true },
  { name: 'a less-than in an attribute', bytes: "<message to='<'/>", whole: true },
  { name: 'a stream error of the client’s own', bytes: '<stream:error><reset/></stream:error>', whole: true },
  { name: 'a stanza above max_stanza_size', bytes: 'x'.repeat(300_000) },
  {
    name: 'an attribute above max_stanza_size',
    bytes: `<message to='${'x'.repeat(300_000)}'/>`,
    whole: true,
  },
  {
    name: 'a tag above max_stanza_size that never ends',
    bytes: `<message ${'x'.repeat(300_000)}`,
    whole: true,
  },
  { name: 'a comment above max_stanza_size', bytes: `<!-- ${'x'.repeat(300_000)}`, whole: true },
];

/** Allowed, or of no effect: the stream may go on or end, and nothing reaches the victim. */
const ODD: readonly Text[] = [
  {
    name: 'a second stream header inside the stream',
    bytes: "<stream:stream to='x' version='1.0'>",
    whole: true,
    stalls: true,
  },
  { name: 'an HTTP request', bytes: 'POST / HTTP/1.1\r\nHost: x\r\n\r\n', whole: true },
  { name: 'text between stanzas', bytes: 'text between stanzas', whole: true },
  { name: 'a comment', bytes: '<!-- a comment -->', whole: true },
  { name: 'a processing instruction', bytes: '<?php echo 1 ?>', whole: true },
  { name: 'an XML declaration once more', bytes: "<?xml version='1.0' encoding='ISO-8859-1'?>", whole: true },
  { name: 'a depth of 10,000', bytes: `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}` },
  { name: '5,000 attributes', bytes: `<a ${attributes(5000, (i) => `a${i}='${i}'`)}/>` },
  { name: '2,000 namespaces', bytes: `<a ${attributes(2000, (i) => `xmlns:n${i}='urn:${i}'`)}/>` },
  { name: '20,000 empty elements', bytes: '<a/>'.repeat(10_000) },
  {
    name: 'a prefix for the stream’s own namespace',
    bytes: "</body><a:body xmlns:a='jabber:client'>x</a:body><body>",
  },
  { name: 'a body in another namespace', bytes: "</body><body xmlns='urn:example'>x</body><body>" },
  { name: 'a message in another namespace', bytes: "<message xmlns='urn:example' to='vic'/>", whole: true },
  {
    name: 'a prefixed message',
    bytes: "<c:message xmlns:c='jabber:client'><c:body>x</c:body></c:message>",
    whole: true,
  },
  { name: 'an element that is no stanza', bytes: "<nothing xmlns='urn:example'/>", whole: true },
  { name: 'a stanza without a namespace', bytes: "<message xmlns=''/>", whole: true },
  { name: 'a CDATA section', bytes: '<![CDATA[<stream:error/>]]>' },
  {
    name: 'an acknowledgement of what was never sent',
    bytes: "<a xmlns='urn:xmpp:sm:3' h='4294967295'/>",
    whole: true,
  },
  {
    name: 'a resumption of somebody’s stream',
    bytes: "<resume xmlns='urn:xmpp:sm:3' h='0' previd='AAAA'/>",
    whole: true,
  },
  {
    name: 'compression',
    bytes: "<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
    whole: true,
  },
  { name: 'an IQ without a type', bytes: "<iq id='x'/>", whole: true },
  {
    name: 'an IQ with two children',
    bytes: "<iq type='get' id='x'><a xmlns='urn:a'/><b xmlns='urn:b'/></iq>",
    whole: true,
  },
  {
    name: 'a message of a type that there is not',
    bytes: "<message type='{}[]&quot;'><body>x</body></message>",
    whole: true,
  },
  { name: 'a language of 10,000 letters', bytes: `<message xml:lang='${'x'.repeat(10_000)}'/>`, whole: true },
  {
    name: 'a priority that is none',
    bytes: '<presence><priority>99999999999999999999</priority></presence>',
    whole: true,
  },
];

const wrapped = ({ bytes: text, whole }: Text, vic: string): Uint8Array =>
  whole === true
    ? Buffer.from(text)
    : Buffer.concat([
        Buffer.from(`<message to='${vic}' type='chat'><body>`),
        Buffer.from(text),
        Buffer.from('</body></message>'),
      ]);

/** What the victim's clients heard since then. */
function ears(): { heard: () => Promise<string[]>; read: () => readonly unknown[] } {
  const { victim, domain } = used.field;
  const [from, before] = [victim.native.seen.length, victim.tab.events.length];
  return {
    heard: async () => {
      await barrier(victim.native, domain);
      return victim.native.seen
        .slice(from)
        .filter((stanza) => stanza.is('message'))
        .map(String);
    },
    read: () => victim.tab.events.slice(before).filter(({ type }) => type !== 'presence'),
  };
}

describe('of a friend who is signed in', () => {
  test.each(FATAL)('$name ends that one stream with an error', async (text) => {
    const { field } = used;
    const { heard, read } = ears();
    const fred = await field.attacker('fred');
    const other = await field.attacker('fred');
    fred.write(wrapped(text, field.address('vic')));
    expect(await fred.ended()).toMatch(/<stream:error>|<\/stream:stream>/);
    expect(await other.barrier()).toBe(true);
    expect([await heard(), read()]).toEqual([[], []]);
  });
});

test.each(ODD)('of a stranger, $name reaches nobody and ends nobody else’s stream', async (text) => {
  const { field } = used;
  const { heard, read } = ears();
  const mal = await field.attacker('mal');
  const other = await field.attacker('mal');
  mal.write(wrapped(text, field.address('vic')));
  const passed = mal.barrier();
  await (text.stalls === true ? passed.catch(() => undefined) : passed);
  expect(await other.barrier()).toBe(true);
  expect([await heard(), read()]).toEqual([[], []]);
});

test('of a friend, what is odd and allowed cuts no stream of who gets it', async () => {
  const { field } = used;
  const { heard } = ears();
  for (const text of ODD.filter(({ whole }) => whole !== true)) {
    const fred = await field.attacker('fred');
    fred.write(wrapped(text, field.address('vic')));
    await fred.barrier();
  }
  const fred = await field.attacker('fred');
  fred.write(`<message to='${field.address('vic')}' type='chat'><body>the end</body></message>`);
  await field.victim.tab.sees('the end', (tab) => tab.bodies('fred').includes('the end'));
  expect((await heard()).length).toBeGreaterThan(1);
});

test('before signing in, none of it ends more than its own connection', async () => {
  const { field } = used;
  for (const text of [...FATAL, ...ODD]) {
    const before = field.keep(RawSocket.connect(field.plain));
    before.write(wrapped(text, field.address('vic')));
    const within = field.keep(await RawSocket.open(field.native));
    within.write(wrapped(text, field.address('vic')));
    if (text.name.includes('above')) await Promise.all([before.ended(), within.ended()]);
  }
});

/** Characters that XML can't carry, and texts that look like XML. */
const TYPED: readonly [name: string, text: string, shown?: string][] = [
  ['U+0000', 'a \u0000 b', 'a \ufffd b'],
  ['U+0001', 'a \u0001 b', 'a \ufffd b'],
  ['U+000B', 'a \u000b b', 'a \ufffd b'],
  ['U+001F', 'a \u001f b', 'a \ufffd b'],
  ['U+007F and U+0080', 'a \u007f\u0080 b'],
  ['U+FFFE and U+FFFF', 'a \ufffe\uffff b', 'a \ufffd\ufffd b'],
  ['a high surrogate alone', 'a \ud800 b', 'a \ufffd b'],
  ['a low surrogate alone', 'a \udc00 b', 'a \ufffd b'],
  ['a pair the wrong way round', 'a \udc00\ud800 b', 'a \ufffd\ufffd b'],
  ['a high surrogate at the end', 'a \udbff', 'a \ufffd'],
  ['characters above U+FFFF', 'a \u{1F600}\u{10FFFF} b'],
  ['U+2028, U+2029 and U+FEFF', 'a \u2028\u2029\ufeff b'],
  ['the end of a stream', 'a </body></message></stream:stream> b'],
  ['the end of CDATA', 'a ]]> b'],
  ['a billion laughs', `<!DOCTYPE x [<!ENTITY l0 "lol">${lol}]><x>&l9;</x>`],
  ['references', 'a &#0;&#1;&#xD800;&nbsp;&amp; b'],
  ['comments and instructions', 'a <!-- --><?php ?> b'],
  ['10,000 elements', '<a>'.repeat(5000)],
  ['quotes and ampersands', `a '"&<> b`],
  ['right to left', 'a \u202e b'],
];

async function friendsTab(): Promise<Tab> {
  const person = new Person('fred', used.field.stack);
  return await person.openTab();
}

test.each(TYPED)(
  'typed into a page, %s arrives, and closes nobody’s stream',
  async (name, text, shown = text) => {
    const { victim } = used.field;
    const tab = await friendsTab();
    const [sent, expected] = [`${name}: ${text}`, `${name}: ${shown}`];
    await tab.send('vic', sent);
    await victim.tab.sees(name, () => victim.tab.bodies('fred').includes(expected));
    await victim.native.waitFor((stanza) => lineEnds(stanza.getChildText('body')) === lineEnds(expected));
    expect(tab.events.filter(({ type }) => type === 'link' || type === 'bye')).toEqual([]);
    await tab.leave();
  },
);

test('the same texts in every other field of a call are refused or of no effect', async () => {
  const { field } = used;
  const { bridge } = field.stack.info;
  const { heard, read } = ears();
  const tab = await friendsTab();
  for (const [, text] of TYPED)
    for (const field of ['u', 'tab', 'to', 'cid']) {
      const right = { u: 'fred', tab: tab.id, to: 'vic', cid: `cid-${text.length}`, body: 'unseen' };
      const answer = await call(bridge.url, 'send', { ...right, [field]: text });
      expect([field, text, answer.ok]).toEqual([field, text, false]);
    }
  expect([await heard(), read()]).toEqual([[], []]);
  expect(tab.events.filter(({ type }) => type === 'link' || type === 'bye')).toEqual([]);
  await tab.leave();
});

/** XML 1.0, section 2.11: a reader makes a line feed of each line end. */
function lineEnds(text: string | null): string | undefined {
  return text?.replaceAll(/\r\n?/g, '\n');
}
