import { describe, expect, test } from '@jest/globals';
import { CATALOGUES, wordsFor } from '../../../bridge/dock/words/languages.ts';
import type { Words } from '../../../bridge/dock/words/words.ts';

type Texts = Record<string, string>;

/** Every text by its path; functions are called with a name and each of some numbers. */
function textsOf(part: unknown, path: string): Texts {
  if (typeof part === 'string') return { [path]: part };
  if (typeof part === 'function') return called(part as (...args: unknown[]) => string, path);
  const inner = Object.entries(part as object).map(([key, one]) => textsOf(one, `${path}.${key}`));
  return Object.fromEntries(inner.flatMap((texts) => Object.entries(texts)));
}

function called(text: (...args: unknown[]) => string, path: string): Texts {
  const counts = [0, 1, 2, 3, 11, 100];
  return Object.fromEntries(
    counts.map((count) => [
      `${path}(${count})`,
      text(...(text.length === 2 ? argsOf(path, count) : [oneOf(path, count)])),
    ]),
  );
}

const COUNTED = /friendsOnline|more|unread$|jump|found$/;
const oneOf = (path: string, count: number): unknown => (COUNTED.test(path) ? count : 'Zoë');
const argsOf = (path: string, count: number): unknown[] =>
  path.endsWith('page.title') ? [count, 'Home'] : ['Zoë', count];

function words(lang: string): Words {
  return wordsFor([lang]).words;
}

describe.each(Object.keys(CATALOGUES))('the words of %s', (lang) => {
  test('are complete: no text is empty, or holds what was to be put in', () => {
    const wrong = Object.entries(textsOf(words(lang), lang)).filter(
      ([, text]) => text.trim() === '' || text !== text.trim() || /undefined|NaN|\[object|#|\$\{/.test(text),
    );
    expect(wrong).toEqual([]);
  });

  test('are not those of another language', () => {
    const english = textsOf(words('en'), '');
    const same = Object.entries(textsOf(words(lang), '')).filter(([path, text]) => english[path] === text);
    // Names of things that are the same in many languages: "Chat", "Emoji", "Online", a name with a number.
    expect(same.length).toBeLessThanOrEqual(lang === 'en' ? Infinity : Object.keys(english).length / 4);
  });

  test('name people as they are', () => {
    const { chat } = words(lang);
    for (const text of [chat.conversation, chat.open, chat.close, chat.minimise, chat.writeTo, chat.typing])
      expect(text('Zoë $& #1')).toContain('Zoë $& #1');
  });
});

describe('numbers', () => {
  test.each([
    ['en', ['0 new messages', '1 new message', '2 new messages']],
    ['de', ['0 neue Nachrichten', '1 neue Nachricht', '2 neue Nachrichten']],
    ['fr', ['0 nouveau message', '1 nouveau message', '2 nouveaux messages']],
  ])('have the forms of %s', (lang, forms) => {
    expect([0, 1, 2].map(words(lang).chat.jump)).toEqual(forms);
  });

  test('have the six forms of Arabic', () => {
    expect([0, 1, 2, 3, 11, 100].map(wordsFor(['ar-u-nu-latn']).words.chat.jump)).toEqual([
      'لا رسائل جديدة',
      'رسالة جديدة واحدة',
      'رسالتان جديدتان',
      '3 رسائل جديدة',
      '11 رسالة جديدة',
      '100 رسالة جديدة',
    ]);
  });

  test('are written as in the reader’s region', () => {
    expect(wordsFor(['de-DE']).words.chat.jump(12_345)).toBe('12.345 neue Nachrichten');
    expect(wordsFor(['de-CH']).words.chat.jump(12_345)).toMatch(/^12[’']345 neue Nachrichten$/);
    expect(wordsFor(['ar-EG']).number(7)).toBe('٧');
    expect(wordsFor(['ar-EG']).words.chat.jump(12)).toBe('١٢ رسالة جديدة');
    expect(wordsFor(['fr']).words.chat.jump(1_000_000)).toContain('nouveaux messages');
  });
});

describe('names', () => {
  test('of another direction are kept apart from the words around them', () => {
    expect(words('ar').chat.writeTo('Zoë')).toBe('رسالة إلى \u2068Zoë\u2069');
    expect(words('en').chat.writeTo('زوي')).toBe('Message to \u2068زوي\u2069');
    expect(words('en').chat.writeTo('Zoë')).toBe('Message to Zoë');
  });

  test('do not turn what stands after them', () => {
    expect(words('en').chat.noLongerFriends('Eve\u202E\u2067')).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    expect(words('ar').chat.writeTo('Eve\u2069\u202E')).toBe('رسالة إلى \u2068Eve\u2069');
  });
});

describe('the language', () => {
  test.each([
    [['fr'], 'fr', 'fr'],
    [['de-AT'], 'de', 'de-AT'],
    [['DE_at'], 'de', 'de-AT'],
    [['xx', 'ar-MA', 'de'], 'ar', 'ar-MA'],
    [['en', 'de-CH', 'en-GB', 'en-US'], 'en', 'en-GB'],
    [['en-US', 'en-GB'], 'en', 'en-US'],
    [['de', 'en-GB'], 'de', 'de'],
    [['', 'no tag at all', 'constructor', '__proto__', 'fr-CA'], 'fr', 'fr-CA'],
    [['it', 'ja'], 'en', 'en'],
    [[], 'en', 'en'],
  ])('of %j is %s', (wished, lang, locale) => {
    expect(wordsFor(wished)).toMatchObject({ lang, locale, dir: lang === 'ar' ? 'rtl' : 'ltr' });
  });
});
