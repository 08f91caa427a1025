import { describe, expect, test } from '@jest/globals';
import { xml } from '@xmpp/client';
import { Parser, type Element } from '@xmpp/xml';
import fc from 'fast-check';
import { cleanText } from '../../bridge/clean-text.ts';

const LAST = 0x10ffff;
const BATCH = 0x1000;

/** XML 1.0, production 2, as the standard writes it. */
function isChar(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    code >= 0x10000
  );
}

/** Through a stanza and back, as bytes: what an attribute and a body say. */
function throughXml(text: string): { attribute: unknown; body: string | null } {
  const stanza = xml('message', { name: text }, xml('body', {}, text));
  const parser = new Parser();
  let back: Element | undefined;
  parser.on('element', (element: Element) => (back = element));
  parser.write(Buffer.from(`<stream>${stanza.toString()}`).toString('utf8'));
  if (back === undefined) throw new Error('no stanza came out');
  return { attribute: back.attrs['name'] as unknown, body: back.getChildText('body') };
}

const both = (text: string): object => ({ attribute: text, body: text });

describe('clean text', () => {
  test('brings every code point through a stanza, as itself or as U+FFFD', () => {
    for (let first = 0; first <= LAST; first += BATCH) {
      const codes = Array.from({ length: BATCH }, (_, index) => first + index);
      // A letter between them, so that a high and a low surrogate that follow each other are no pair.
      const sent = codes.map((code) => String.fromCodePoint(code)).join('x');
      const wanted = codes.map((code) => (isChar(code) ? String.fromCodePoint(code) : '\ufffd')).join('x');
      const { attribute, body } = throughXml(cleanText(sent));
      expect({ first, same: attribute === wanted && body === wanted }).toEqual({ first, same: true });
    }
  });

  test('stays as it is when it is cleaned again, and keeps its length', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 50 }), (units) => {
        const text = String.fromCharCode(...units);
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
        expect(clean).toHaveLength(text.length);
        expect(throughXml(clean).attribute).toBe(clean);
      }),
    );
  });

  test.each([
    ['a pair', '\u{1F600}', '\u{1F600}'],
    ['a high half', 'a\ud83d', 'a\ufffd'],
    ['a low half', '\ude00a', '\ufffda'],
    ['two high halves and a low one', '\ud83d\ud83d\ude00', '\ufffd\u{1F600}'],
    ['a pair the wrong way round', '\ude00\ud83d', '\ufffd\ufffd'],
    ['markup', `<a b="c">&amp;']]>`, `<a b="c">&amp;']]>`],
    ['an end of string', 'a\u0000b', 'a\ufffdb'],
  ])('of %s', (_what, text, wanted) => {
    expect(throughXml(cleanText(text))).toEqual(both(wanted));
  });
});
