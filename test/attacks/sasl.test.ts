/** Signing in as somebody else: by authzid, by other mechanisms, by tickets and tokens of others, mended or old. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import xml from '@xmpp/xml';
import { loadConfig } from '../../bridge/config/load.ts';
import { mintTicket } from '../../bridge/xmpp/ticket.ts';
import { ejabberdRelease } from '../support/ejabberd-home.ts';
import { Person } from '../support/story.ts';
import { call } from '../support/tab.ts';
import { PASSWORD, useBattlefield } from './battlefield.ts';
import { RawSocket } from './raw-socket.ts';

const ping = xml('ping', { xmlns: 'urn:xmpp:ping' });
const used = useBattlefield({ change: { limits: { passwordTries: 1000 } } }); // guessing.test.ts has the limit
const XMPP_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const PORTS = ['plain', 'native'] as const;
type Port = (typeof PORTS)[number];

/**
 * More than the 65,535 bytes that ejabberd can hand to an external-auth process: it would end each of them. The
 * listener of bridges, which has to take longer stanzas, is not for others to reach.
 */
const TOO_LONG = [
  `\0vic\0${'x'.repeat(70_000)}`,
  `\0vic\0${'x'.repeat(65_530)}`,
  `\0${'v'.repeat(70_000)}\0x`,
  `${'v'.repeat(70_000)}\0vic\0x`,
  `\0vic\0${'x'.repeat(180_000)}`,
];

/** A connection that may sign in: on the native port after STARTTLS. */
async function ready(port: Port): Promise<RawSocket> {
  const { field } = used;
  const socket = field.keep(await RawSocket.open(field[port]));
  if (port === 'native') {
    await socket.startTls();
    await socket.openStream();
  }
  return socket;
}

/** Binds and says as whom; undefined when the server let it in not at all. */
async function whoAmI(socket: RawSocket, answer: string): Promise<string | undefined> {
  if (!answer.startsWith('<success')) return undefined;
  await socket.openStream();
  await socket.bind();
  return socket.address.split('/')[0];
}

/** mal's own password, with a claim to be somebody else. */
async function claim(port: Port, authzid: string, password = PASSWORD): Promise<string | undefined> {
  const socket = await ready(port);
  return await whoAmI(socket, await socket.auth({ user: 'mal', password, authzid }));
}

describe.each(PORTS)('on the %s port', (port) => {
  test('PLAIN alone is offered, where it is safe', async () => {
    const { field } = used;
    const first = field.keep(RawSocket.connect(field[port]));
    const before = await first.openStream();
    const mechanisms = (text: string): string[] =>
      [...text.matchAll(/<mechanism>(.*?)<\/mechanism>/g)].map(([, name]) => name ?? '');
    expect(mechanisms(before)).toEqual(port === 'plain' ? ['PLAIN'] : []);
    if (port === 'plain') return;
    expect(before).toMatch(/<starttls[^>]*><required\/>/);
    expect(await first.auth({ user: 'mal', password: PASSWORD })).not.toMatch(/^<success/);
    await first.startTls().catch(() => undefined); // it may have ended the stream for that
    const second = await ready(port);
    expect(mechanisms(second.text)).toEqual(['PLAIN']);
  });

  test.each(['cold', 'warm'] as const)('nobody acts as another account by authzid, %s', async (state) => {
    const { field } = used;
    const { domain } = field;
    if (state === 'warm')
      for (const user of ['vic', 'mal'])
        for (let i = 0; i < 3; i += 1) {
          const socket = await ready(port);
          expect(await socket.auth({ user, password: PASSWORD })).toMatch(/^<success/);
        }
    const others = [
      'vic',
      `vic@${domain}`,
      `vic@${domain}/x`,
      'VIC',
      'ｖｉｃ',
      'v\u00adic',
      `vic@other.example`,
    ];
    const odd = [
      domain,
      `@${domain}`,
      `site.${domain}`,
      `mal@${domain}@vic`,
      'vic\\40',
      'mal@other.example',
      'admin',
    ];
    const as: Record<string, string | undefined> = {};
    for (const authzid of [...others, ...odd]) as[authzid] = await claim(port, authzid);
    const allowed = [undefined, field.address('mal')];
    expect(Object.entries(as).filter(([, address]) => !allowed.includes(address))).toEqual([]);
    expect(others.map((authzid) => as[authzid])).toEqual(others.map(() => undefined));
    expect(await claim(port, '')).toBe(field.address('mal'));
    expect(await claim(port, field.address('mal'))).toBe(field.address('mal'));
    expect(await claim(port, 'vic', 'wrong')).toBeUndefined();
  });

  test.each([
    'SCRAM-SHA-1',
    'SCRAM-SHA-1-PLUS',
    'SCRAM-SHA-256',
    'SCRAM-SHA-512',
    'DIGEST-MD5',
    'CRAM-MD5',
    'LOGIN',
    'EXTERNAL',
    'ANONYMOUS',
    'X-OAUTH2',
    'OAUTHBEARER',
    'HT-SHA-256-NONE',
    'plain',
    'PLAIN ',
    '',
  ])('the mechanism “%s” lets nobody in', async (mechanism) => {
    const initial = [`\0vic\0${PASSWORD}`, 'n,,n=vic,r=nonce', 'vic', ''];
    for (const text of initial) {
      const socket = await ready(port);
      const answer = await socket.authBytes(text, mechanism);
      expect([mechanism, text, answer]).toEqual([
        mechanism,
        text,
        expect.stringMatching(/<failure|<stream:error/),
      ]);
    }
  });

  test('a message of PLAIN that is none lets nobody in', async () => {
    const auth = (text: string): string => `<auth xmlns='${XMPP_SASL}' mechanism='PLAIN'>${text}</auth>`;
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const texts = [
      ...['', '=', '====', 'A', '!!!!', 'AAAA AAAA', '\u00e9'],
      ...[
        '\0',
        '\0\0',
        '\0\0\0',
        'vic',
        'vic\0',
        '\0vic',
        '\0vic\0',
        `\0\0${PASSWORD}`,
        `vic\0${PASSWORD}`,
      ].map(base64),
      ...[
        `\0vic\0${PASSWORD}\0`,
        `\0vic\0${PASSWORD}\0mal`,
        `vic\0mal\0${PASSWORD}\0vic`,
        `\0mal\0vic\0${PASSWORD}`,
      ].map(base64),
      ...[`\0v:ic\0${PASSWORD}`, `\0vic:${used.field.domain}:${PASSWORD}\0x`, `\0vic\n\0${PASSWORD}`].map(
        base64,
      ),
      ...(port === 'native' ? TOO_LONG : []).map(base64),
      Buffer.from([0, 0x76, 0x69, 0x63, 0, 0xff, 0xfe]).toString('base64'),
    ];
    for (const text of texts) {
      const socket = await ready(port);
      socket.write(auth(text));
      expect([text.slice(0, 60), await socket.outcome()]).toEqual([
        text.slice(0, 60),
        expect.stringMatching(/<failure|<stream:error/),
      ]);
    }
  });

  test('a second <auth/>, at once or later, changes nobody into somebody else', async () => {
    const right = (user: string, password = PASSWORD): string =>
      `<auth xmlns='${XMPP_SASL}' mechanism='PLAIN'>${Buffer.from(`\0${user}\0${password}`).toString('base64')}</auth>`;
    const { field } = used;
    const [wrongFirst, rightFirst, later] = [await ready(port), await ready(port), await ready(port)];
    wrongFirst.write(right('vic', 'wrong') + right('mal'));
    expect(await wrongFirst.outcome()).toMatch(/<failure/);
    expect(await whoAmI(wrongFirst, await wrongFirst.outcome().catch(() => ''))).not.toBe(
      field.address('vic'),
    );
    rightFirst.write(right('mal') + right('vic', 'wrong'));
    expect(await rightFirst.outcome()).toMatch(/<success/);
    await rightFirst
      .openStream()
      .then(() => rightFirst.bind())
      .catch(() => undefined); // or it was ended for that
    expect(['', field.address('mal')]).toContain(rightFirst.address.split('/')[0]);
    expect(await whoAmI(later, await later.auth({ user: 'mal', password: PASSWORD }))).toBe(
      field.address('mal'),
    );
    const own = later.address;
    later.write(right('vic'));
    if (await later.barrier()) await later.bind('second').catch(() => undefined); // refused, or ended
    expect([own, '']).toContain(later.address);
  });

  test('after signing in, bind, session and STARTTLS once more change nothing, and before it no stanza counts', async () => {
    const { field } = used;
    const early = await ready(port);
    early.write(`<message to='${field.address('vic')}'><body>too early</body></message>`);
    early.write(`<iq type='set' id='early'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`);
    expect(await early.expect(/<stream:error>.*<\/stream:error>|<failure|type='error'/s)).not.toContain(
      '<jid>',
    );
    const socket = await ready(port);
    await whoAmI(socket, await socket.auth({ user: 'mal', password: PASSWORD }));
    const own = socket.address;
    for (const resource of ['x', 'vic', `../vic`, own]) {
      const answer = await socket.bind(resource).catch(() => 'ended');
      expect([resource, answer]).toEqual([resource, expect.not.stringContaining('vic@')]);
      expect(socket.address.split('/')[0]).toBe(field.address('mal'));
    }
    socket.write(`<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>`);
    socket.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    await socket.barrier();
    expect(socket.text.split('<proceed')).toHaveLength(port === 'native' ? 2 : 1); // the one before signing in
    await field.victim.native.iq('get', ping, field.domain);
    expect(field.victim.native.seen.map(String).filter((text) => text.includes('too early'))).toEqual([]);
  });
});

test('passwords that are too long for the external-auth script, many at once, end none of its processes', async () => {
  const sockets = await Promise.all(Array.from({ length: 10 }, () => ready('native')));
  const answers = sockets.map((socket, i) => socket.authBytes(TOO_LONG[i % TOO_LONG.length] ?? ''));
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/<stream:error>|<failure/);
  // The longest that pass are a matter for the script. COMPAT: 26.04 and later take 8,192 bytes before the login.
  for (const length of ejabberdRelease() >= 26.04 ? [4000, 5900] : [40_000, 48_000]) {
    const socket = await ready('native');
    expect(await socket.authBytes(`\0vic\0${'x'.repeat(length)}`)).toMatch(/<failure/);
  }
  const socket = await ready('native');
  expect(await socket.auth({ user: 'mal', password: PASSWORD })).toMatch(/^<success/);
});

describe('a ticket', () => {
  const settings = (): ReturnType<typeof loadConfig> =>
    loadConfig(join(used.field.stack.plan.dir, 'im-bridge.yml'));
  const tryTicket = async (user: string, password: string, authzid = ''): Promise<string | undefined> => {
    const socket = await ready('plain');
    return await whoAmI(socket, await socket.auth({ user, password, authzid }));
  };

  test('lets in its own user, and under no other name', async () => {
    const { field } = used;
    const ticket = await mintTicket(settings().ticket, 'mal');
    expect(await tryTicket('mal', ticket)).toBe(field.address('mal'));
    for (const user of ['vic', 'ann', 'fred']) expect(await tryTicket(user, ticket)).toBeUndefined();
    for (const authzid of ['vic', field.address('vic')])
      expect([authzid, await tryTicket('mal', ticket, authzid)]).toEqual([authzid, undefined]);
    for (const user of ['vic', 'VIC', 'ｖｉｃ', 'v\u00adic'])
      expect(await tryTicket(user, ticket)).toBeUndefined();
  });

  test('that is too old lets nobody in', async () => {
    const { ticket } = settings();
    const old = (seconds: number): Promise<string> =>
      mintTicket(ticket, 'vic', new Date(Date.now() - seconds * 1000));
    expect(await tryTicket('vic', await old(0))).toBe(used.field.address('vic'));
    for (const seconds of [ticket.lifetime + 7, 3600, 86_400])
      expect([seconds, await tryTicket('vic', await old(seconds))]).toEqual([seconds, undefined]);
  });

  test('that somebody has changed in any way lets nobody in', async () => {
    const { ticket, token } = settings();
    const right = await mintTicket(ticket, 'vic');
    const wrongs = mutations(right.slice('im-ticket.'.length), ticket.secret, 'vic').map(
      (jwt) => `im-ticket.${jwt}`,
    );
    const more = [
      right.slice('im-ticket.'.length),
      right.toUpperCase(),
      ` ${right}`,
      `${right} `,
      `${right}.`,
      right.replace('im-ticket.', 'im-ticket:'),
      `im-ticket.${await new Person('vic', used.field.stack).token()}`,
      await mintTicket({ ...ticket, secret: token.secret ?? '' }, 'vic'),
    ];
    const tried = [...wrongs, ...more];
    expect(new Set(tried).size).toBeGreaterThanOrEqual(48);
    for (const wrong of tried) expect([wrong, await tryTicket('vic', wrong)]).toEqual([wrong, undefined]);
    expect(await tryTicket('vic', right)).toBe(used.field.address('vic'));
  });
});

describe('a token of the site', () => {
  const connect = async (u: string, token: unknown): Promise<string> => {
    const answer = await call(used.field.stack.info.bridge.url, 'connect', { u, token });
    if (answer.ok) await call(used.field.stack.info.bridge.url, 'leave', { u, tab: answer['tab'] });
    return answer.error?.code ?? 'ok';
  };

  test('that somebody has changed in any way opens no chat', async () => {
    const person = new Person('fred', used.field.stack);
    const right = await person.token();
    const { secret } = used.field.stack.info.token;
    const wrongs: unknown[] = [
      ...mutations(right, secret, 'fred'),
      ...[`${right} `, ` ${right}`, `${right}\n`, `${right}=`],
      await person.token({ audience: 'xmpp' }),
      await person.token({ secret: 'a secret of somebody else, as long as ours' }),
      await mintTicket({ secret, lifetime: 60 }, 'fred'),
      ...['', '.', '..', 'null', PASSWORD, null, 0, true, [right], { token: right }],
    ];
    for (const wrong of wrongs) {
      const code = await connect('fred', wrong);
      expect([wrong, ['bad-token', 'bad-request', 'token-expired'].includes(code) || code]).toEqual([
        wrong,
        true,
      ]);
    }
    expect(await connect('fred', right)).toBe('ok');
  });

  test('of one user, or of another time, is none of another', async () => {
    const { stack } = used.field;
    const mal = new Person('mal', stack);
    for (const u of ['vic', 'VIC', 'mal ', 'Mal', 'mal\u0000', 'vic@im.localhost', ''])
      expect([u, await connect(u, await mal.token())]).toEqual([u, expect.stringMatching(/^bad-/)]);
    expect(await connect('mal', await mal.token({ expires: '-5m' }))).toBe('token-expired');
    expect(await connect('VIC', await mal.token({ subject: 'VIC' }))).toBe('bad-token');
    const tab = used.field.victim.tab.id;
    const { url } = stack.info.bridge;
    for (const name of ['connect', 'send', 'leave'])
      expect(await call(url, name, { u: 'mal', tab, to: 'fred', body: 'x', cid: 'x' })).toMatchObject({
        ok: false,
      });
  });
});

let before = 0;
afterEach(() => {
  // No attack of this file reaches the victim: what vic's clients have heard is presence and answers.
  const { native } = used.field.victim;
  const heard = native.seen.slice(before).filter((stanza) => stanza.is('message'));
  before = native.seen.length;
  expect(heard.map(String)).toEqual([]);
});

/** At least forty JWTs that are not the one that was signed. */
function mutations(jwt: string, secret: string, user: string): string[] {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const decode = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const sign = (head: unknown, body: unknown, key = secret, hash = 'sha256'): string => {
    const text = `${encode(head)}.${encode(body)}`;
    return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
  };
  const [head, body] = [decode(header), decode(payload)];
  const later = Math.floor(Date.now() / 1000) + 100_000_000;
  const flipped = Array.from({ length: 20 }, (_, i) => flip(jwt, Math.floor((i * (jwt.length - 1)) / 20)));
  const cut = [1, 2, 10, signature.length, signature.length + 1].map((n) => jwt.slice(0, -n));
  const algorithms = ['none', 'None', 'NONE', 'HS384', 'RS256', 'ES256', 'EdDSA', '', undefined];
  return [
    ...flipped,
    ...cut,
    ...algorithms.flatMap((alg) => [sign({ ...head, alg }, body), `${encode({ ...head, alg })}.${payload}.`]),
    `${header}.${encode({ ...body, exp: later })}.${signature}`,
    `${header}.${encode({ ...body, sub: 'ann' })}.${signature}`,
    sign(head, body, ''),
    sign(head, body, user),
    sign(head, body, secret, 'sha512'),
    sign(head, { ...body, exp: undefined }),
    sign(head, { ...body, aud: undefined }),
    sign(head, { ...body, sub: undefined }),
    sign(head, { ...body, sub: [user] }),
    sign(head, { ...body, exp: 'never' }),
    sign(head, { ...body, nbf: later }),
    sign({ ...head, crit: ['x'], x: 1 }, body),
    `${jwt}.${signature}`,
    `${header}.${payload}`,
    `.${payload}.${signature}`,
    `${header}..${signature}`,
  ];
}

/** One character of the base64 changed in its high bits: the low ones of a last character say nothing. */
function flip(text: string, at: number): string {
  const letter = text.charAt(at);
  return text.slice(0, at) + (letter === '.' ? ',' : letter === 'A' ? 'g' : 'A') + text.slice(at + 1);
}
