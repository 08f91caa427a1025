/** The form of an answer: JSON, or a script that calls back (JSONP), with the headers that all of them have. */
import type { ServerResponse } from 'node:http';
import { badRequest, CallError, STATUS } from '../errors.ts';
import type { CallTrace } from './call-trace.ts';
import { cutIfNotTaken } from './slow-reader.ts';

/** How one request wants its answer. */
export interface Reply {
  readonly response: ServerResponse;
  /** The checked name of a JSONP callback; undefined for JSON. */
  readonly callback: string | undefined;
  /** Told of it, where the user is traced. */
  readonly trace?: CallTrace | undefined;
}

/** Of every answer. */
export const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  Vary: 'Origin',
} as const;

/** Of answers that are no script: no other page may load them, not even to no purpose (Fetch Standard, section 3.7). */
export const NO_SCRIPT = { 'Cross-Origin-Resource-Policy': 'same-origin' } as const;

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
  endIfLast(response);
  const text =
    callback === undefined
      ? json
      : `/**/ typeof ${callback} === 'function' && ${callback}(${scriptSafe(json)});`;
  response.writeHead(callback === undefined ? status : 200, {
    ...HEADERS,
    ...(callback === undefined && NO_SCRIPT),
    'Content-Type':
      callback === undefined ? 'application/json; charset=utf-8' : 'text/javascript; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
  cutIfNotTaken(response);
}

/** A server that does not listen any more has a successor, which is to be asked from now on: the connection ends. */
export function endIfLast(response: ServerResponse): void {
  const { server } = (response.socket ?? {}) as { server?: { listening: boolean } };
  if (server?.listening === false) response.shouldKeepAlive = false;
}

export function answerOk(reply: Reply, fields: object): void {
  answerJson(reply, 200, JSON.stringify({ ok: true, ...fields }));
}

export function answerError(reply: Reply, error: CallError): void {
  const { code, message, retryAfter } = error;
  reply.trace?.note({ code });
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
