import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAuthRequest, type AuthRequest } from '../../ejabberd-modules/auth/request.ts';

const parse = (text: string): AuthRequest => parseAuthRequest(Buffer.from(text));
const refused = (asked: string): AuthRequest => ({ operation: 'refused', asked });

describe('a request of ejabberd', () => {
  test('asks for a password', () => {
    expect(parse('auth:alice:im.example:pw-alice')).toEqual({
      operation: 'auth',
      localPart: 'alice',
      server: 'im.example',
      password: 'pw-alice',
    });
  });

  test('asks for a user', () => {
    const wanted = { operation: 'isuser', localPart: 'alice', server: 'im.example' };
    expect(parse('isuser:alice:im.example')).toEqual(wanted);
  });

  test.each(['a:b', ':', '::', ':a', 'a:', ' ', 'auth:x:y:z', '\n', '\0', '€ und \u{1F600}', '\uFEFFx', '﻿'])(
    'keeps each character of the password %j',
    (password) => {
      expect(parse(`auth:alice:im.example:${password}`)).toMatchObject({ operation: 'auth', password });
    },
  );

  test('keeps any password that is UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (password) => {
        expect(parse(`auth:alice:im.example:${password}`)).toMatchObject({ operation: 'auth', password });
      }),
    );
  });

  test('may have empty fields, which are nobody’s', () => {
    expect(parse('auth:::')).toEqual({ operation: 'auth', localPart: '', server: '', password: '' });
    expect(parse('isuser::')).toEqual({ operation: 'isuser', localPart: '', server: '' });
    expect(parse('auth:alice:im.example:')).toMatchObject({ password: '' });
  });

  test.each([
    'setpass:alice:im.example:new',
    'tryregister:new:im.example:pw',
    'removeuser:alice:im.example',
    'removeuser3:alice:im.example:pw',
    'certauth:alice:im.example',
  ])('is refused when it is the site’s own matter: %s', (text) => {
    expect(parse(text)).toEqual(refused(text.split(':')[0] ?? ''));
  });

  test.each([
    '',
    ':',
    'auth',
    'auth:alice',
    'auth:alice:im.example',
    'isuser:alice',
    'isuser:alice:im.example:more',
    'AUTH:alice:im.example:pw',
    ' auth:alice:im.example:pw',
    '\uFEFFauth:alice:im.example:pw',
    'constructor:alice:im.example',
    'no such thing',
  ])('is refused when it is none that we know: %j', (text) => {
    expect(parse(text)).toEqual(refused('unknown'));
  });

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['a character cut off', [0xe2, 0x82]],
    ['an overlong colon', [0xc0, 0xba]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ])('is refused when it has %s: nobody’s password becomes another', (_what, bytes) => {
    const payload = Buffer.concat([Buffer.from('auth:alice:im.example:pw'), Buffer.from(bytes)]);
    expect(parseAuthRequest(payload)).toEqual(refused('unknown'));
  });

  test('is never a fault, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['auth', 'isuser', 'refused']).toContain(parseAuthRequest(Buffer.from(bytes)).operation);
      }),
    );
  });

  test('names in the log nothing of what an unknown one says', () => {
    expect(JSON.stringify(parse('pw-alice:alice:im.example'))).not.toContain('pw-alice');
  });
});
