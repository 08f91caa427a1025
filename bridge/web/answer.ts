/** The form of an answer: JSON, or a script that calls back (JSONP), with the headers that all of them have. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, CallError, STATUS } from '../errors.ts';

/** How one request wants its answer. */
export interface Reply {
  readonly response: ServerResponse;
  /** The checked name of a JSONP callback; undefined for JSON. */
  readonly callback: string | undefined;
}

/** Of every answer. */
export const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** PROTOCOL.md, Transport: one to four dotted identifiers, 64 characters at most. */
const CALLBACK = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,3}$/;

/** @throws CallError `bad-request`; nothing of the name is echoed. */
export function checkCallback(name: unknown): string | undefined {
  if (name === undefined) return undefined;
  if (typeof name === 'string' && name.length <= 64 && CALLBACK.test(name)) return name;
  throw badRequest('callback must be one to four dotted identifiers, of 64 characters at the most');
}

/** Answers with `json`, an object in JSON, which the caller has made. */
export function answerJson({ response, callback }: Reply, status: number, json: string): void {
  if (response.headersSent || response.destroyed) return;
  const text =
    callback === undefined
      ? json
      : `/**/ typeof ${callback} === 'function' && ${callback}(${scriptSafe(json)});`;
  response.writeHead(callback === undefined ? status : 200, {
    ...HEADERS,
    'Content-Type':
      callback === undefined ? 'application/json; charset=utf-8' : 'text/javascript; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

export function answerOk(reply: Reply, fields: object): void {
  answerJson(reply, 200, JSON.stringify({ ok: true, ...fields }));
}

export function answerError(reply: Reply, error: CallError): void {
  const { code, message, retryAfter } = error;
  const body = { ok: false, error: { code, message, ...(retryAfter !== undefined && { retryAfter }) } };
  answerJson(reply, STATUS[code], JSON.stringify(body));
}

/** JSON that can stand in a script, also in one that stands in a page. */
function scriptSafe(json: string): string {
  return json
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

/**
 * CORS for the site's own origins, and nothing for all others.
 *
 * @throws CallError `bad-request` for JSONP that names a foreign page as its Origin or Referer.
 */
export function checkOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  jsonp: boolean,
  origins: ReadonlySet<string>,
): void {
  const { origin, referer } = request.headers;
  response.setHeader('Vary', 'Origin');
  if (origin !== undefined && origins.has(origin)) response.setHeader('Access-Control-Allow-Origin', origin);
  if (!jsonp) return;
  const pages = [origin, referer].filter((page) => page !== undefined);
  if (pages.some((page) => !origins.has(originOf(page))))
    throw badRequest('this page is not one of the site’s');
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'null';
}
