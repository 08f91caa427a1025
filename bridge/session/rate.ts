/** A token bucket: `rate` a second in the long run, `burst` at once. Times are monotonic milliseconds. */
import { CallError } from '../errors.ts';

export interface Bucket {
  tokens: number;
  at: number;
}

export interface Rate {
  readonly rate: number;
  readonly burst: number;
}

export function fullBucket({ burst }: Rate, now: number): Bucket {
  return { tokens: burst, at: now };
}

/** Takes one. Returns 0, or the seconds until there is one again. */
export function takeOne(bucket: Bucket, { rate, burst }: Rate, now: number): number {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rate);
  bucket.at = now;
  if (bucket.tokens < 1) return (1 - bucket.tokens) / rate;
  bucket.tokens -= 1;
  return 0;
}

/** Takes one for a call. @throws CallError `rate-limited`; `what` is for people */
export function spend(bucket: Bucket, rate: Rate, now: number, what: string): void {
  const wait = takeOne(bucket, rate, now);
  if (wait > 0) throw new CallError('rate-limited', what, { retryAfter: Math.ceil(wait * 10) / 10 });
}
