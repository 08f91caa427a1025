/** Asks what a worked example asks, and reads answers, printed and real ones, in one way. */
import { blocksOf, type Block } from '../event-stream.ts';
import type { Exchange } from './parse.ts';
import type { Placeholders } from './placeholders.ts';

export function ask(
  url: string,
  { method, path, headers, body }: Exchange['request'],
  names: Placeholders,
): Promise<Response> {
  const filled = Object.entries(headers).map(([name, value]) => [name, names.fill(value)]);
  return fetch(url + names.fill(path, encodeURIComponent), {
    method,
    headers: Object.fromEntries(filled) as Record<string, string>,
    ...(body !== '' && { body: names.fill(body) }),
    signal: AbortSignal.timeout(60_000),
  });
}

const SCRIPT = /^(\/\*\*\/ typeof \S+ === 'function' && \S+\()([\s\S]*)(\);)$/;

export interface Content {
  /** What stands around the JSON of a JSONP answer. */
  readonly script?: string;
  readonly json: unknown;
}

/** JSON, or a script with JSON in it. @throws SyntaxError when it is none of both */
export function contentOf(text: string): Content {
  const [, before, json, after] = SCRIPT.exec(text) ?? [];
  if (before === undefined || json === undefined || after === undefined) return { json: JSON.parse(text) };
  return { script: `${before}…${after}`, json: JSON.parse(json) };
}

export interface StreamBlock extends Omit<Block, 'data'> {
  readonly data: unknown;
}

export function streamBlock({ data, ...block }: Block): StreamBlock {
  return { ...block, data: JSON.parse(data) };
}

/** The blocks of a printed stream. */
export async function printedBlocks(text: string): Promise<StreamBlock[]> {
  const blocks: StreamBlock[] = [];
  for await (const block of blocksOf(new Response(`${text.trimEnd()}\n\n`))) blocks.push(streamBlock(block));
  return blocks;
}
