/** What a search looks for, and what it finds. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holds, wantedOf } from '../../../bridge/xmpp/words.ts';

const finds = (text: string, query: string): boolean => {
  const wanted = wantedOf(query);
  return wanted !== undefined && holds(text, wanted);
};
const keyOf = (query: string): string | undefined => wantedOf(query)?.key;

describe('a text is found', () => {
  test.each([
    ['Shall we meet tomorrow?', 'tomorrow MEET'],
    ['Straße', 'STRASSE'],
    ['Ich komme aus Zürich', 'zurich'],
    ['ΟΔΟΣ', 'οδος'],
    ['Встретимся завтра', 'ЗАВТРА'],
    ['a_b', 'a_b'],
    ['it’s "quoted", isn’t it', '"quoted"'],
    ['50% off', '50%'],
    ['明日は東京に行きます', '東京'],
    ['พรุ่งนี้เจอกัน', 'เจอ'],
    ['학교에서 만나요', '학교'],
    ['ok 👍 then', '👍'],
    ['we go at 5', '5'],
    ['ＷＩＤＥ letters', 'wide'],
  ])('%s by %s', (text, query) => {
    expect(finds(text, query)).toBe(true);
  });
});

describe('a text is not found', () => {
  test.each([
    ['Shall we meet tomorrow?', 'meet today'],
    ['meeting', 'meet'],
    ['100', '10'],
    ['東京', '大阪'],
    ['anything', '%'],
    ['anything', '   '],
  ])('%s by %s', (text, query) => {
    expect(finds(text, query)).toBe(false);
  });
});

describe('the index of the database is asked for', () => {
  test.each([
    ['the longest word', 'see you tomorrow', 'tomorrow'],
    ['none of the commonest words, which it leaves out', 'who was the', undefined],
    ['no short ones', 'go to 5', undefined],
    ['none of languages without blanks', '東京 ไทย 한국어', undefined],
    ['nothing with marks, at which it cuts', 'हिन्दी', undefined],
    ['a word, and no sign with a meaning of its own', '+"tomorrow"* -x %', 'tomorrow'],
  ])('%s', (_what, query, key) => {
    expect(keyOf(query)).toBe(key);
  });
});

test('a text is found by each of its own words, and by all of them, where they are more than blanks and accents', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const text = words.join(' ');
      const looked = [text, ...words].filter((query) => wantedOf(query) !== undefined);
      expect(looked.filter((query) => !finds(text, query))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
