/** The refusals of the web protocol: one closed list, each with its status and what it tells people. */

import type { ErrorCode } from './protocol/error-codes.ts';

/** HTTP status of each code, for JSON answers. A JSONP answer is always 200. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'bad-token': 401,
  'token-expired': 401,
  'not-friends': 403,
  gone: 410,
  'too-large': 413,
  'rate-limited': 429,
  'too-many-tabs': 429,
  unavailable: 503,
  internal: 500,
};

/** A refusal that the caller is told. `message` is for people; nothing of the input is echoed in it. */
export class CallError extends Error {
  override name = 'CallError';
  readonly code: ErrorCode;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: { retryAfter?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** What is wrong with a request, and how it should be. */
export function badRequest(message: string): CallError {
  return new CallError('bad-request', message);
}

/** Nothing was done; the same call may be made again after `retryAfter` seconds. */
export function unavailable(message: string, cause?: unknown, retryAfter = 2): CallError {
  return new CallError('unavailable', message, { retryAfter, cause });
}

/** The one recovery path: connect. */
export function gone(message: string): CallError {
  return new CallError('gone', message);
}
