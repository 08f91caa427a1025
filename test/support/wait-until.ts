/** Waiting for a condition, never for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls `condition` until it gives something truthy, and returns that.
 *
 * @throws Error that says what was waited for, for how long, and the last fault on the way.
 */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeout = 45_000, every = 25 }: { timeout?: number; every?: number } = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const end = performance.now() + timeout;
  let fault: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    if (performance.now() > end) break;
    await sleep(every);
  }
  const reason = fault instanceof Error ? ` (${fault.message})` : '';
  throw new Error(`waited ${String(timeout / 1000)} s for ${what}${reason}`, { cause: fault });
}
