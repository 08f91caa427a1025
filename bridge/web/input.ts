/** What a request asks: its parameters from the query or from a JSON body, each once. */
import type { IncomingMessage } from 'node:http';
import { badRequest, CallError } from '../errors.ts';
import type { Parameters } from '../protocol/requests.ts';
import { checkCallback } from './answer.ts';

/** @throws CallError `bad-request` when a parameter stands there twice, `too-large` for more than `most` characters. */
export function queryOf(url: string, most: number): Record<string, string> {
  if (url.length > most)
    throw new CallError('too-large', `an address has ${most} characters at the most: use POST`);
  const found = new Map<string, string>();
  const start = url.indexOf('?');
  if (start === -1) return {};
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (found.has(name)) throw badRequest('a parameter stands there twice');
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

/** The checked callback of a JSONP call; undefined for JSON. @throws CallError `bad-request` */
export function callbackOf(url: string): string | undefined {
  const start = url.indexOf('?');
  const names = start === -1 ? [] : new URLSearchParams(url.slice(start + 1)).getAll('callback');
  return checkCallback(names.length > 1 ? names : names[0]);
}

/** The parameters of a GET or a POST. A POST has a JSON object, also as text/plain (sendBeacon, no preflight). */
export async function parametersOf(
  request: IncomingMessage,
  query: Record<string, string>,
  mostBytes: number,
): Promise<Parameters> {
  if (request.method === 'GET') return query;
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? 'text/plain';
  if (type !== 'application/json' && type !== 'text/plain')
    throw badRequest('a POST has a JSON object, as application/json or text/plain');
  return joined(query, parseObject(await bodyOf(request, mostBytes)));
}

/** What stands in both must be the same: a load balancer reads the one (docs/protocol.md, `u`), and we the other. */
function joined(query: Record<string, string>, body: object): Parameters {
  for (const [name, value] of Object.entries(body))
    if (Object.hasOwn(query, name) && query[name] !== value)
      throw badRequest('a parameter stands there twice, and not the same');
  return { ...query, ...body };
}

async function bodyOf(request: IncomingMessage, mostBytes: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of wholeOf(request)) {
    size += chunk.length;
    if (size > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(mostBytes: number): CallError {
  return new CallError('too-large', `a request has ${mostBytes} bytes at the most`);
}

/** A sender who goes away in the middle is no fault of ours. */
async function* wholeOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request as AsyncIterable<Buffer>;
  } catch {
    throw badRequest('the body ended in the middle');
  }
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('the body must be a JSON object');
  return value;
}
