/** Vectors that others published: bcrypt of Openwall, PHP and pyca, the argon2 reference, RFC 7914, passlib. */
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Log } from '../../bridge/log.ts';
import { parseHash, type Recipe } from '../../bridge/site/password-recipe.ts';
import { derive, Passwords } from '../../bridge/site/passwords.ts';
import { noLog as log } from '../support/no-log.ts';

const passwords = new Passwords(log);
/** bcrypt takes 72 bytes into account. */
const LONG = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** RFC 7914, section 12, as passlib would write it. */
const RFC7914 = [
  '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
  'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
].join('');
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

const VECTORS: readonly (readonly [string, string, string])[] = [
  ['bcrypt $2a$', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['bcrypt $2a$ of 72 bytes', LONG, '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui'],
  ['bcrypt $2b$', 'Kk4DQuMMfZL9o', '$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm'],
  ['bcrypt $2y$', 'rasmuslerdorf', '$2y$07$usesomesillystringfore2uDLvp1Ii2e./U9C8sBjqp8I90dH6hi'],
  [
    'argon2id',
    'password',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  ],
  [
    'argon2id of two lanes',
    'password',
    '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
  ],
  [
    'argon2i',
    'password',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
  ],
  [
    'scrypt of RFC 7914',
    'pleaseletmein',
    `$scrypt$ln=14,r=8,p=1$${base64(Buffer.from('SodiumChloride'))}$${base64(Buffer.from(RFC7914, 'hex'))}`,
  ],
  [
    'scrypt of passlib',
    'password',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  ],
];

describe('a password is known by its hash in', () => {
  test.each(VECTORS)('%s, and no other is', async (_name, password, hash) => {
    expect(await passwords.verify(hash, password)).toBe(true);
    for (const wrong of [`${password.slice(0, -1)}!`, `!${password}`, password.slice(0, -1), ''])
      expect(await passwords.verify(hash, wrong)).toBe(false);
  });

  test.each(VECTORS)(
    '%s, and not when one letter of the digest is another',
    async (_name, password, hash) => {
      const at = hash.length - 10;
      const other = hash.charAt(at) === 'A' ? 'B' : 'A';
      expect(await passwords.verify(hash.slice(0, at) + other + hash.slice(at + 1), password)).toBe(false);
    },
  );
});

test('bcrypt takes 72 bytes of a password, as PHP does, and the seventy-second counts', async () => {
  const hash = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui';
  expect(await passwords.verify(hash, `${LONG}chars after 72 are ignored`)).toBe(true);
  expect(await passwords.verify(hash, `${LONG.slice(0, 71)}x`)).toBe(false);
});

test('a password longer than anybody types is none', async () => {
  const hash = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui';
  expect(await passwords.verify(hash, LONG + 'x'.repeat(5000))).toBe(false);
});

describe('a hash is nobody’s password when', () => {
  test.each([
    ['it is empty', ''],
    ['it is the password itself', 'plain'],
    ['it is MD5', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['it is crypt’s SHA-512', '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJu'],
    ['it is a bcrypt hash cut short', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe'],
    ['it is bcrypt’s broken $2x$', '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['something stands behind it', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n'],
    ['argon2 has an old version', '$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQ'],
    ['argon2 has a short digest', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65'],
    [
      'argon2 has a short salt',
      '$argon2id$v=19$m=256,t=2,p=1$c29t$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    ],
    ['scrypt has no digest', '$scrypt$ln=4,r=1,p=1$c29tZXNhbHQ$'],
  ])('%s', async (_why, hash) => {
    expect(parseHash(hash)).toBeUndefined();
    expect(await passwords.verify(hash, hash)).toBe(false);
    expect(await passwords.verify(hash, 'plain')).toBe(false);
  });
});

describe('costs that would hold up all who wait are refused, and nothing is computed:', () => {
  const digest = 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  const argon2 = (costs: string): string => `$argon2id$v=19$${costs}$c29tZXNhbHQ$${digest}`;
  const scrypt = (costs: string): string => `$scrypt$${costs}$c29tZXNhbHQ$${digest}`;
  const bcrypt = (cost: string): string =>
    `$2b$${cost}$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW`;

  test.each([
    bcrypt('31'),
    bcrypt('14'),
    bcrypt('99'),
    bcrypt('00'),
    bcrypt('03'),
    argon2('m=4194304,t=1,p=1'),
    argon2('m=99999999,t=9999,p=999'),
    argon2('m=65536,t=9999,p=1'),
    argon2('m=65536,t=0,p=1'),
    argon2('m=65536,t=1,p=0'),
    argon2('m=7,t=1,p=1'),
    argon2('m=65536,t=1,p=999'),
    scrypt('ln=63,r=8,p=1'),
    scrypt('ln=99,r=999,p=999'),
    scrypt('ln=22,r=8,p=1'),
    scrypt('ln=14,r=8,p=999'),
    scrypt('ln=14,r=0,p=1'),
    scrypt('ln=14,r=8,p=0'),
    scrypt('ln=0,r=8,p=1'),
    `$scrypt$ln=4,r=1,p=1$${'A'.repeat(300)}$${'A'.repeat(300)}`,
  ])('%s', (hash) => {
    expect(parseHash(hash)).toBeUndefined();
  });

  test.each([bcrypt('13'), argon2('m=262144,t=4,p=1'), scrypt('ln=17,r=8,p=4')])(
    'but not those that sites have: %s',
    (hash) => {
      expect(parseHash(hash)).toBeDefined();
    },
  );
});

describe('the log', () => {
  test('has of an unreadable hash the name of its format, and neither hash nor password', async () => {
    const lines: string[] = [];
    const noisy = new Passwords(
      new Log(pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })),
    );
    await noisy.verify('$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8', 'pw-of-alice');
    await noisy.verify('plain-text-hash', 'pw-of-alice');
    expect(lines.join('')).toContain('$6$');
    expect(lines.join('')).not.toMatch(/saltstring|plain-text|pw-of-alice/);
  });
});

test('for a user who is not there, a check does the work that it does for those who are', async () => {
  const recipes: Recipe[] = [];
  const watched = new Passwords(log, (recipe, password) => {
    recipes.push(recipe);
    return derive(recipe, password);
  });
  await watched.pretend('before anybody has logged in');
  for (const [, password, hash] of VECTORS) {
    await watched.verify(hash, password);
    await watched.pretend(password);
  }
  const [first, ...pairs] = recipes;
  expect(first).toMatchObject({ algorithm: 'bcrypt', cost: 10 });
  expect(pairs).toHaveLength(2 * VECTORS.length);
  for (let i = 0; i < pairs.length; i += 2) expect(pairs[i + 1]).toEqual(pairs[i]);
});
