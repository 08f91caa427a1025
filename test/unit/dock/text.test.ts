import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { isJumbo } from '../../../bridge/dock/text/jumbo.ts';
import { partsOf, type Part } from '../../../bridge/dock/text/parts.ts';
import { RichText } from '../../../bridge/dock/text/rich-text.tsx';

type Link = Extract<Part, { type: 'link' }>;

function linksOf(body: string): Link[] {
  return partsOf(body).filter((part) => part.type === 'link');
}

const textsOf = (body: string): string[] => linksOf(body).map(({ text }) => text);
const joined = (body: string): string =>
  partsOf(body)
    .map(({ text }) => text)
    .join('');

describe('links', () => {
  test.each([
    ['see http://a.example', 'http://a.example', 'http://a.example/'],
    ['HTTPS://A.example/B?c=d#e', 'HTTPS://A.example/B?c=d#e', 'https://a.example/B?c=d#e'],
    ['www.a.example/x', 'www.a.example/x', 'https://www.a.example/x'],
    ['youtube.com/watch?v=1', 'youtube.com/watch?v=1', 'https://youtube.com/watch?v=1'],
    ['https://a.example:8080/', 'https://a.example:8080/', 'https://a.example:8080/'],
    ['bob.b+x@mail.example.org', 'bob.b+x@mail.example.org', 'mailto:bob.b+x@mail.example.org'],
    ['mailto:bob@a.example', 'bob@a.example', 'mailto:bob@a.example'],
    ['http://bücher.example/ä', 'http://bücher.example/ä', 'http://xn--bcher-kva.example/%C3%A4'],
    ['看http://a.example/好。', 'http://a.example/好', 'http://a.example/%E5%A5%BD'],
    ['javascript:http://a.example', 'http://a.example', 'http://a.example/'],
  ])('of %s', (body, text, href) => {
    expect(linksOf(body)).toEqual([{ type: 'link', text, href }]);
  });

  test.each([
    ['Look: http://a.example/x.', 'http://a.example/x'],
    ['(http://a.example/x)', 'http://a.example/x'],
    ['(see http://a.example/x_(y)).', 'http://a.example/x_(y)'],
    ['[http://a.example/x]!?', 'http://a.example/x'],
    ['<http://a.example/x>', 'http://a.example/x'],
    ['“http://a.example/x”', 'http://a.example/x'],
    ['*www.a.example*', 'www.a.example'],
    ['رأيت http://a.example/x؟', 'http://a.example/x'],
    ['Is it a.com?', 'a.com'],
  ])('end before the punctuation of %s', (body, text) => {
    expect(textsOf(body)).toEqual([text]);
    expect(joined(body)).toBe(body);
  });

  test('stand beside one another', () => {
    expect(textsOf('http://a.example,http://b.example b@c.example a.com\nd.org')).toEqual([
      'http://a.example',
      'http://b.example',
      'b@c.example',
      'a.com',
      'd.org',
    ]);
  });

  test.each([
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x file:///etc/passwd blob:x ftp://a.example',
    'http:// https:// www. http://x http://. http://..',
    'http:///a.example',
    'http://a.example:99999/',
    'http://paypal.example@evil.example/',
    'http://a:b@evil.example/',
    'http://a.com:b@evil.example/',
    'bücher.de a.comé',
    'end.So it is.it',
    'file.com.txt xhttp://a.example',
    '@a.example a@b',
  ])('are not found in %j', (body) => {
    expect(partsOf(body)).toEqual([{ type: 'text', text: body }]);
  });

  test('hold no character that turns them: it ends them', () => {
    expect(textsOf('http://a.example/\u202Emoc.live')).toEqual(['http://a.example/']);
    expect(textsOf('\u202Ehttp://a.example/x\u2069y')).toEqual(['http://a.example/x']);
    expect(textsOf('http://a\u2066.example')).toEqual([]);
  });

  test('have bounds, in length and number', () => {
    expect(linksOf(`http://a.example/${'x'.repeat(3000)}`)).toEqual([]);
    expect(linksOf('a.com '.repeat(1000))).toHaveLength(100);
    expect(joined('a.com '.repeat(1000))).toBe('a.com '.repeat(1000));
  });
});

describe('whatever a body holds', () => {
  const pieces = fc.constantFrom(
    'http://',
    'https://',
    'www.',
    '.com',
    'a.example',
    '@',
    '(',
    ')',
    '[',
    '/',
    '?',
    '#',
    ':',
    '.',
    '-',
    '\u202E',
    '\u2066',
    ' ',
    '\n',
    'javascript:',
    '<',
    '"',
    '&',
    'é',
    '好',
    '\ud83d',
    '😀',
    'xn--',
    '%00',
    '\u0000',
    '\\',
    '0x7f',
    '80',
  );
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 30 }).map((all) => all.join('')),
  );

  test('its parts are the whole of it, and its links lead to web pages or mail', () => {
    fc.assert(
      fc.property(body, (text) => {
        expect(joined(text)).toBe(text);
        for (const link of linksOf(text)) {
          expect(['http:', 'https:', 'mailto:']).toContain(new URL(link.href).protocol);
          expect(new URL(link.href).username).toBe('');
          expect(link.text).not.toMatch(/[\s<>"\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    'http://',
    '(',
    'www.',
    'a.',
    'a@',
    'a.b@',
    '+',
    '-',
    '1',
    'http://a.com/(',
    'http://a.com:1@',
    'a.com ',
    ').',
    'http://a.com/).',
    'x@y.',
    '\u202E',
    '[',
    'é',
    'https://a',
    'aA1-',
    '+a.',
    '+a@',
    'a:',
  ])('100,000 characters of %j are read', (piece) => {
    const long = piece.repeat(Math.ceil(100_000 / piece.length));
    expect(joined(long)).toBe(long);
  });

  test('what is drawn is text, and links open apart from the page', () => {
    const html = renderToString(
      h(RichText, { body: '<img src=x onerror=alert(1)> http://a.example/"x" \u202Ebücher.de' }),
    );
    expect(html).toBe(
      '&lt;img src=x onerror=alert(1)> <a class="link" dir="ltr" href="http://a.example/" target="_blank" ' +
        'rel="noopener noreferrer nofollow">http://a.example/</a>&quot;x&quot; \u202Ebücher.de',
    );
  });

  test('names in other letters say in the tooltip where they lead', () => {
    expect(renderToString(h(RichText, { body: 'https://аррle.com' }))).toContain('title="https://xn--');
  });
});

describe('big emoji', () => {
  test.each(['😀', '😀😀😀', ' 😀 \n😀', '👍🏽', '👩‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪🇫🇷', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '1️⃣', '❤️', '©️', '👩🏽‍🚀👨🏿‍🎤'])(
    '%s',
    (body) => {
      expect(isJumbo(body)).toBe(true);
    },
  );

  test.each([
    '',
    ' ',
    '1',
    '123',
    '#',
    '😀😀😀😀',
    '😀 hi',
    '©',
    ':)',
    '\uFE0F',
    '\u200D',
    '🏽a',
    '😀\u200Da',
  ])('not %j', (body) => {
    expect(isJumbo(body)).toBe(false);
  });

  test('not what is long, however it goes on', () => {
    for (const piece of ['😀\u200D', '😀', ' ', '🇩']) expect(isJumbo(piece.repeat(50_000))).toBe(false);
  });
});
