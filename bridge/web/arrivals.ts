/** How often one client address may connect: a connect costs a look at the site, the archive and ejabberd. */
import type { IncomingMessage } from 'node:http';
import { watchBounded } from '../metrics.ts';
import { fullBucket, spend, type Bucket, type Rate } from '../session/rate.ts';
import { clientNetwork } from './address.ts';

/** Addresses that are remembered before those are forgotten that have all of their connects again. */
const MANY = 10_000;

export interface ArrivalsOptions {
  /** Connects a minute of one address; as many at once. */
  readonly perMinute: number;
  readonly trustedProxies: ReadonlySet<string>;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();
  #most = MANY;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
    watchBounded('addresses', () => this.#buckets.size);
    this.#rate = { rate: options.perMinute / 60, burst: options.perMinute };
  }

  /** Counts one. @throws CallError `rate-limited`, with the seconds until there is one again */
  take(request: IncomingMessage): void {
    const now = this.#options.clock();
    const address = clientNetwork(request, this.#options.trustedProxies);
    const bucket = this.#buckets.get(address) ?? this.#newcomer(address, now);
    spend(bucket, this.#rate, now, 'too many connects from this address');
  }

  #newcomer(address: string, now: number): Bucket {
    if (this.#buckets.size >= this.#most) this.#forget(now);
    const bucket = fullBucket(this.#rate, now);
    this.#buckets.set(address, bucket);
    return bucket;
  }

  /** Those that are full again need no memory. Next time when there are twice as many as are left. */
  #forget(now: number): void {
    const { rate, burst } = this.#rate;
    for (const [address, { tokens, at }] of this.#buckets)
      if (tokens + ((now - at) / 1000) * rate >= burst) this.#buckets.delete(address);
    this.#most = Math.max(MANY, this.#buckets.size * 2);
  }
}
