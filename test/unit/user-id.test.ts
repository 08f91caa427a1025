import { describe, expect, test } from '@jest/globals';
import jid from '@xmpp/jid';
import fc from 'fast-check';
import { isUserId } from '../../bridge/user-id.ts';
import { addressOf, localPartOf, userIdOf, userOfAddress } from '../../bridge/xmpp/jid.ts';

const DOMAIN = 'im.example';
const ALLOWED = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)).filter(
  (letter) => !/[A-Z\\]/.test(letter),
);

/** Ids that may be addresses, and often those that look like escapes of XEP-0106. */
const letter = fc.oneof(fc.constantFrom(...ALLOWED), fc.constantFrom('2', '0', '5', 'c', ' ', '@', '/', "'"));
const anId = fc
  .array(letter, { minLength: 1, maxLength: 128 })
  .map((letters) => letters.join(''))
  .filter((text) => text.trim() === text);
const anything = fc.string({ unit: 'binary', maxLength: 12 });

describe('a site id', () => {
  test('comes back from its address, bare or full', () => {
    fc.assert(
      fc.property(anId, (id) => {
        expect(isUserId(id)).toBe(true);
        const address = addressOf(id, DOMAIN);
        expect(userOfAddress(address, DOMAIN)).toBe(id);
        expect(userOfAddress(`${address}/a/b@c`, DOMAIN)).toBe(id);
        expect(userIdOf(localPartOf(id))).toBe(id);
      }),
    );
  });

  test('has an address that nodeprep leaves as it is: small, and without what a local part may not have', () => {
    fc.assert(
      fc.property(anId, (id) => {
        const local = localPartOf(id);
        expect(local).toMatch(/^[!-~]+$/);
        expect(local).not.toMatch(/["&'/:<>@ A-Z]/);
        expect(Buffer.byteLength(local)).toBeLessThanOrEqual(1023);
        expect(jid(addressOf(id, DOMAIN)).bare().toString()).toBe(addressOf(id, DOMAIN));
      }),
    );
  });

  test('shares its address with no other', () => {
    fc.assert(
      fc.property(anId, anId, (a, b) => {
        if (a !== b) expect(addressOf(a, DOMAIN)).not.toBe(addressOf(b, DOMAIN));
      }),
    );
    const alike = ['a b', 'a20b', 'a@b', 'a40b', "a'b", 'a"b', 'a/b', 'a:b', 'a&b', 'a<b', 'a>b', 'ab'];
    expect(new Set(alike.map((id) => addressOf(id, DOMAIN))).size).toBe(alike.length);
  });

  test('is escaped as the library does it, also where nothing is to be escaped and it is not asked', () => {
    const parts = fc.oneof(anything, anId, anId.map(localPartOf));
    fc.assert(
      fc.property(parts, (part) => {
        expect(localPartOf(part)).toBe(jid.escapeLocal(part));
        const id = jid.unescapeLocal(part);
        expect(userIdOf(part)).toBe(isUserId(id) && jid.escapeLocal(id) === part ? id : undefined);
      }),
    );
  });

  test('is never found behind two local parts, so that nobody has two addresses', () => {
    const parts = fc.oneof(anything, anId, anId.map(localPartOf), fc.constant('a\\5c20b'));
    fc.assert(
      fc.property(parts, (part) => {
        const id = userIdOf(part);
        if (id !== undefined) expect(localPartOf(id)).toBe(part);
      }),
    );
  });

  test.each([
    ['upper case', 'Alice'],
    ['upper case at the end', 'alicE'],
    ['a backslash', 'a\\b'],
    ['what looks like an escape', 'a\\20b'],
    ['a blank in front', ' alice'],
    ['a blank behind', 'alice '],
    ['a tab', 'a\tb'],
    ['a line end behind', 'alice\n'],
    ['an end of string', 'a\0b'],
    ['a DEL', 'a\x7fb'],
    ['nothing', ''],
    ['a blank alone', ' '],
    ['an umlaut', 'jürgen'],
    ['a letter that only looks like an a', '\u0430lice'],
    ['a wide letter, which nodeprep makes an a', '\uff41lice'],
    ['a soft hyphen, which nodeprep drops', 'ali\u00adce'],
    ['a Kelvin sign, which nodeprep makes a k', '\u212aelvin'],
    ['an emoji', '\u{1F600}'],
    ['half of one', '\ud83d'],
    ['129 characters', 'a'.repeat(129)],
  ])('is refused with %s', (_what, id) => {
    expect(isUserId(id)).toBe(false);
    expect(userIdOf(localPartOf(id))).not.toBe(id);
  });

  test('may have 128 characters', () => {
    expect(isUserId('a'.repeat(128))).toBe(true);
    expect(userIdOf(localPartOf("'".repeat(128)))).toBe("'".repeat(128));
  });
});

describe('an address', () => {
  test.each([
    undefined,
    '',
    '@',
    DOMAIN,
    `@${DOMAIN}`,
    `alice@${DOMAIN}.evil.example`,
    `alice@site.${DOMAIN}`,
    `alice@IM.EXAMPLE`,
    `Alice@${DOMAIN}`,
    `alice@evil.example/@${DOMAIN}`,
    `evil.example/alice@${DOMAIN}`,
    `a@b@${DOMAIN}`,
    `a b@${DOMAIN}`,
    `a\\5c20b@${DOMAIN}`,
    `\\20alice@${DOMAIN}`,
    `alice\\20@${DOMAIN}`,
    `a\\2Fb@${DOMAIN}`,
  ])('%j is nobody’s on the domain', (address) => {
    expect(userOfAddress(address, DOMAIN)).toBeUndefined();
  });

  test('of anything is read without a fault', () => {
    fc.assert(
      fc.property(anything, anything, (local, behind) => {
        const id = userOfAddress(`${local}@${DOMAIN}${behind}`, DOMAIN);
        if (id !== undefined) expect(isUserId(id)).toBe(true);
      }),
    );
  });
});
