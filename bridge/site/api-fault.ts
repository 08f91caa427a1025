/** Why the site's JSON API gave no answer. None of these is a "no". */
import type { Busy } from '../waited.ts';

export type ApiFaultKind =
  /** No connection, or it broke. */
  | 'connection'
  | 'timeout'
  /** Neither 200 nor 404. */
  | 'status'
  /** An answer that is not what docs/directory.md says. */
  | 'malformed'
  /** Left in peace, as it failed too often. */
  | 'breaker'
  /** Too many wait for a connection, or waited too long for one. */
  | 'queue-full'
  | 'queue-timeout'
  | 'closed';

export interface ApiFaultDetails {
  readonly status?: number;
  /** Can the site have got the question? */
  readonly sent?: boolean;
  readonly cause?: unknown;
  /** Of one that was waited for: what for, how long, and what else was under way. */
  readonly waited?: Waited;
}

export interface Waited {
  readonly waitedFor: 'connection' | 'answer';
  readonly seconds: number;
  readonly state: Busy;
}

export class ApiFault extends Error {
  override name = 'ApiFault';
  readonly kind: ApiFaultKind;
  readonly status: number | undefined;
  readonly sent: boolean;
  readonly waitedFor: Waited['waitedFor'] | undefined;
  readonly seconds: number | undefined;
  readonly state: Busy | undefined;

  constructor(kind: ApiFaultKind, message: string, details: ApiFaultDetails = {}) {
    const { status, sent = false, cause, waited } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.status = status;
    this.sent = sent;
    this.waitedFor = waited?.waitedFor;
    this.seconds = waited?.seconds;
    this.state = waited?.state;
  }

  /** Was it waited for in vain? */
  get isLate(): boolean {
    return this.kind === 'timeout' || this.kind === 'queue-full' || this.kind === 'queue-timeout';
  }

  /** Does it say that the site as a whole is not well? An answer to one question that can't be used does not. */
  get isOutage(): boolean {
    if (this.kind === 'status') return this.status === 429 || (this.status ?? 0) >= 500;
    return this.kind === 'connection' || this.kind === 'timeout';
  }

  /** May it go better the next moment? 502, 503 and 504 are of what stands in front of the site (RFC 9110). */
  get isPassing(): boolean {
    if (this.kind === 'status') return this.status === 502 || this.status === 503 || this.status === 504;
    return this.kind === 'connection' || this.kind === 'timeout';
  }
}
