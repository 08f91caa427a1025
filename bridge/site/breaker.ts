/**
 * A circuit breaker: who failed so often in a row is left in peace for a while, and then tried once.
 *
 *   closed ── `failures` in a row ──► open ── `pause` is over ──► half open (one try) ── it went well ──► closed
 *                                       ▲                             └── it failed ──► open
 */

export interface BreakerOptions {
  readonly failures: number;
  /** Milliseconds. Up to a quarter is added, so that many processes do not come back together. */
  readonly pause: number;
  readonly clock: () => number;
  readonly random: () => number;
}

export type BreakerState = 'closed' | 'half-open' | 'open';

export class Breaker {
  readonly #options: BreakerOptions;
  #inARow = 0;
  #until = -Infinity;
  #state: BreakerState = 'closed';

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** May somebody try? Who is told yes must report how it went. */
  admits(): boolean {
    if (this.#state === 'closed') return true;
    if (this.#state === 'half-open' || this.#options.clock() < this.#until) return false;
    this.#state = 'half-open';
    return true;
  }

  succeeded(): void {
    // Who set out before it opened says nothing of now.
    if (this.#state === 'open') return;
    this.#inARow = 0;
    this.#state = 'closed';
  }

  failed(): void {
    this.#inARow += 1;
    if (this.#state === 'open') return;
    if (this.#state === 'closed' && this.#inARow < this.#options.failures) return;
    const { pause, clock, random } = this.#options;
    this.#state = 'open';
    this.#until = clock() + pause * (1 + random() / 4);
  }
}
