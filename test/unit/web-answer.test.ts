import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { answerJson, checkCallback, type Reply } from '../../bridge/web/answer.ts';
import { queryOf } from '../../bridge/web/input.ts';

/** The wire end of a response: what was written to it. */
function written(
  callback: string | undefined,
  json: string,
  status = 200,
): { status: number; headers: Record<string, string>; body: string } {
  const got = { status: 0, headers: {}, body: '' };
  const response = {
    writeHead: (code: number, headers: Record<string, string>) =>
      Object.assign(got, { status: code, headers }),
    end: (body: string) => (got.body = body),
  };
  answerJson({ response, callback } as unknown as Reply, status, json);
  return got;
}

describe('a JSONP callback', () => {
  test.each(['cb', '$', '_a1', 'a.b.c.d', 'IMDock.callbacks.c12', 'x'.repeat(64)])('may be %p', (name) => {
    expect(checkCallback(name)).toBe(name);
  });

  test.each([
    '',
    '1a',
    'a.',
    '.a',
    'a..b',
    'a.b.c.d.e',
    'a-b',
    'a b',
    'a(',
    'alert(1)//',
    '<',
    'a\n',
    'a\u2028',
    'x'.repeat(65),
    'ä',
    ['a'],
    { a: 1 },
    7,
  ])('is refused when it is %p, and not echoed', (name) => {
    const refusal = fault(() => checkCallback(name));
    expect(refusal).toMatchObject({ code: 'bad-request' });
    if (typeof name === 'string' && name.length > 3) expect(String(refusal)).not.toContain(name);
  });
});

describe('a JSONP answer', () => {
  test('is a script that hands over exactly the JSON, whatever text stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { body } = written('got', JSON.stringify({ text }));
        const context: { got: (value: unknown) => void; value?: unknown } = {
          got: (value) => (context.value = value),
        };
        runInNewContext(body, context);
        expect(JSON.stringify(context.value)).toBe(JSON.stringify({ text }));
        expect(body.startsWith('/**/')).toBe(true);
        expect(body).not.toMatch(/[<\u2028\u2029]/);
      }),
    );
  });

  test('is always 200 and a script, since a page can’t read other answers', () => {
    const { status, headers } = written('got', '{"ok":false}', 410);
    expect(status).toBe(200);
    expect(headers['Content-Type']).toBe('text/javascript; charset=utf-8');
  });
});

test('every answer is kept out of caches and is not sniffed', () => {
  for (const callback of ['got', undefined]) {
    expect(written(callback, '{}').headers).toMatchObject({
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    });
  }
});

test('a parameter that stands there twice is refused', () => {
  expect(fault(() => queryOf('/v1/poll?u=alice&u=bob', 8192))).toMatchObject({ code: 'bad-request' });
  expect(queryOf('/v1/poll?u=alice&__proto__=x', 8192)).toEqual(
    Object.fromEntries([
      ['u', 'alice'],
      ['__proto__', 'x'],
    ]),
  );
});

function fault(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
