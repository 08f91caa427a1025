import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { isTicket, mintTicket, verifyTicket } from '../../bridge/xmpp/ticket.ts';

const config = { secret: 'a secret of the tests, and of nobody else', lifetime: 60 };
const other = { secret: 'another secret, as long as the first one is', lifetime: 60 };
const NOW = new Date('2026-01-01T12:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const TYPE = 'im-ticket+jwt';

interface Forged {
  readonly typ?: string;
  readonly aud?: string;
  readonly alg?: string;
  readonly secret?: string;
  readonly claims?: Record<string, unknown>;
}

/** A ticket, but for what the test says. */
function forge({ typ = TYPE, aud = 'xmpp', alg = 'HS256', secret = config.secret, claims = {} }: Forged) {
  const seconds = NOW.getTime() / 1000;
  const payload = { sub: 'alice', aud, iat: seconds, exp: seconds + 60, jti: 'one', ...claims };
  const jwt = new SignJWT(payload).setProtectedHeader({ alg, ...(typ !== '' && { typ }) });
  return jwt.sign(new TextEncoder().encode(secret)).then((text) => `im-ticket.${text}`);
}

const verify = (ticket: string, now = NOW): Promise<string | undefined> => verifyTicket(config, ticket, now);

describe('a ticket', () => {
  test('names its user, and is told from a password', async () => {
    const ticket = await mintTicket(config, 'alice', NOW);
    expect(isTicket(ticket)).toBe(true);
    expect(isTicket('pw-alice')).toBe(false);
    expect(await verify(ticket)).toBe('alice');
    expect(await verify(await mintTicket(config, 'bob', NOW))).toBe('bob');
  });

  test('differs each time, and is short enough for SASL', async () => {
    const [one, two] = [await mintTicket(config, 'alice', NOW), await mintTicket(config, 'alice', NOW)];
    expect(one).not.toBe(two);
    expect((await mintTicket(config, 'a'.repeat(128), NOW)).length).toBeLessThan(1000);
  });

  test('is good for its lifetime and the leeway of clocks, and not a second more', async () => {
    const ticket = await mintTicket(config, 'alice', NOW);
    expect(await verify(ticket, later(64))).toBe('alice');
    expect(await verify(ticket, later(66))).toBeUndefined();
    expect(await verify(ticket, later(86_400))).toBeUndefined();
  });

  test('as these tests forge it would be good', async () => {
    expect(await verify(await forge({}))).toBe('alice');
  });

  test.each<[string, Forged]>([
    ['is signed with another secret', { secret: other.secret }],
    ['is a token of the site, should both secrets be one', { typ: '', aud: 'im' }],
    ['is a token of the site for this audience', { typ: '' }],
    ['is of another kind', { typ: 'JWT' }],
    ['is for another audience', { aud: 'im' }],
    ['is signed another way', { alg: 'HS512', secret: config.secret + config.secret }],
    ['names nobody', { claims: { sub: undefined } }],
    ['never ends', { claims: { exp: undefined } }],
    ['has no id', { claims: { jti: undefined } }],
    ['is not good yet', { claims: { nbf: NOW.getTime() / 1000 + 60 } }],
  ])('is none when it %s', async (_why, forged) => {
    expect(await verify(await forge(forged))).toBeUndefined();
  });

  test('of another installation is none, minted rightly there', async () => {
    expect(await verify(await mintTicket(other, 'alice', NOW))).toBeUndefined();
  });

  test('is none without a signature', async () => {
    const [, payload] = (await forge({})).slice('im-ticket.'.length).split('.');
    for (const alg of ['none', 'None', 'NONE', 'HS256']) {
      const header = Buffer.from(JSON.stringify({ alg, typ: TYPE })).toString('base64url');
      expect(await verify(`im-ticket.${header}.${payload ?? ''}.`)).toBeUndefined();
      expect(await verify(`im-ticket.${header}.${payload ?? ''}`)).toBeUndefined();
    }
  });

  test('is none when another name is put into it', async () => {
    const [header = '', , signature = ''] = (await forge({})).slice('im-ticket.'.length).split('.');
    const claims = { sub: 'bob', aud: 'xmpp', exp: NOW.getTime() / 1000 + 60, jti: 'one' };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(await verify(`im-ticket.${header}.${payload}.${signature}`)).toBeUndefined();
  });

  test('is none without its prefix, with something behind it, or when it is not one at all', async () => {
    const ticket = await mintTicket(config, 'alice', NOW);
    for (const text of [ticket.slice('im-ticket.'.length), `${ticket}x`, `${ticket}.x`, ticket.slice(0, -5)])
      expect(await verify(text)).toBeUndefined();
    for (const text of [
      '',
      'im-ticket.',
      'im-ticket...',
      'im-ticket.a.b.c',
      'im-ticket.\0.\0.\0',
      'pw-alice',
    ])
      expect(await verify(text)).toBeUndefined();
  });
});
