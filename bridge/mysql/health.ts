/**
 * Does a pool give as many connections as it should? A pool of one connection in effect looks well until two people come
 * at once. What gives it away: the self-check at the start, and refusals of the server for being too many.
 */
import { collectOnScrape, metrics } from '../metrics.ts';

/** ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED. */
const TOO_MANY = new Set([1040, 1203, 1226]);
/** Milliseconds after the last refusal until it counts as over. */
const OVER = 300_000;

export class PoolHealth {
  readonly #pool: string;
  readonly #size: number;
  #effective: number | undefined;
  #refused = -Infinity;

  constructor(pool: string, size: number) {
    this.#pool = pool;
    this.#size = size;
    collectOnScrape(() => metrics.poolStarved.set({ pool }, this.isStarved ? 1 : 0));
  }

  /** One connection is too few also where no more are asked for: one slow query then stops all. */
  get isStarved(): boolean {
    if (performance.now() - this.#refused < OVER) return true;
    return this.#effective !== undefined && this.#effective < Math.max(2, this.#size);
  }

  /** The self-check had so many statements run at once. */
  measured(effective: number, asked: number): void {
    // It asks for no more than it must to be sure: all of those are as good as the whole size.
    this.#effective = effective >= asked ? this.#size : effective;
    metrics.poolEffective.set({ pool: this.#pool }, this.#effective);
  }

  failed(cause: unknown): void {
    const { errno, code } = (cause ?? {}) as { errno?: number; code?: string };
    metrics.poolErrors.inc({ pool: this.#pool, code: code ?? 'unknown' });
    if (errno !== undefined && TOO_MANY.has(errno)) this.#refused = performance.now();
  }
}
