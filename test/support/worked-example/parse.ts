/**
 * The worked example of a page in Markdown: its fenced blocks `http` (a request and its answer) and `sse` (what the
 * stream that was opened last says next), in the order of the page.
 */

export interface Exchange {
  readonly kind: 'exchange';
  /** Where it stands, for people. */
  readonly title: string;
  readonly request: HttpText & { readonly method: string; readonly path: string };
  readonly answer: HttpText & { readonly status: number };
}

export interface StreamGoesOn {
  readonly kind: 'stream';
  readonly title: string;
  readonly text: string;
}

interface HttpText {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FENCE = /^```(http|sse)\n([\s\S]*?)^```$/gm;

/** @throws Error for a block that is no exchange. */
export function stepsOf(page: string): (Exchange | StreamGoesOn)[] {
  return [...page.matchAll(FENCE)].map(({ 1: language, 2: text = '', index }) => {
    const line = page.slice(0, index).split('\n').length;
    if (language === 'sse') return { kind: 'stream', title: `the stream at line ${line}`, text };
    return exchangeOf(text, line);
  });
}

function exchangeOf(text: string, line: number): Exchange {
  const [asked = '', told] = text.split(/^(?=HTTP\/1\.1 )/m);
  const [, method, path] = /^(GET|POST) (\S.*)$/m.exec(asked) ?? [];
  const status = /^HTTP\/1\.1 (\d{3})/.exec(told ?? '')?.[1];
  if (method === undefined || path === undefined || told === undefined || status === undefined)
    throw new Error(`the block at line ${line} is no request with its answer`);
  return {
    kind: 'exchange',
    title: `${method} ${path.replace(/\?.*/, '')} at line ${line}`,
    request: { method, path, ...partsOf(asked) },
    answer: { status: Number(status), ...partsOf(told) },
  };
}

/** RFC 9112, section 2.1: what follows the first line. */
function partsOf(text: string): HttpText {
  const end = text.indexOf('\n\n');
  const head = end === -1 ? text : text.slice(0, end);
  const headers = head.split('\n').slice(1).filter(Boolean);
  return {
    headers: Object.fromEntries(headers.map(headerOf)),
    body: end === -1 ? '' : text.slice(end + 2).trim(),
  };
}

function headerOf(line: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^:]+): *(.*)$/.exec(line) ?? [];
  return [name.toLowerCase(), value];
}
