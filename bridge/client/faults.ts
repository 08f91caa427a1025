/** Why a call brought nothing: the bridge's refusals by their codes, and `network` for the rest. */

import { ERROR_CODES, type ErrorCode } from '../protocol/error-codes.ts';

/** `network`: no answer that the bridge made (no connection, a deadline, a proxy's own page). */
export type FaultCode = ErrorCode | 'network';

export class CallFault extends Error {
  override name = 'CallFault';
  readonly code: FaultCode;
  /** Seconds to wait before the next try, where the bridge said so. */
  readonly retryAfter: number | undefined;

  constructor(code: FaultCode, message: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** A code of a later version counts as `internal`, so that an older client retries instead of giving up. */
export function refusalCode(value: unknown): ErrorCode {
  return ERROR_CODES.find((code) => code === value) ?? 'internal';
}

export function asFault(error: unknown): CallFault {
  if (error instanceof CallFault) return error;
  return new CallFault('network', error instanceof Error ? error.message : 'no answer');
}
