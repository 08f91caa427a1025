/** Waiting between tries: exponential with full jitter, so that many who failed together do not return together. */

/**
 * Milliseconds before try number `attempt` (0 is the first retry).
 *
 * @param random in [0, 1), passed in so that a test can own it.
 */
export function backoff(attempt: number, random: number, { base = 500, most = 30_000 } = {}): number {
  const ceiling = Math.min(most, base * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
