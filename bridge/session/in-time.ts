/** What is awaited no longer than a call may be held. */
import { unavailable } from '../errors.ts';

/**
 * Nothing ends but the wait: what was waited for may come later, and is there for the next who asks.
 *
 * @param why what the caller is told when it takes longer than so many milliseconds
 * @throws CallError `unavailable`; and as the promise rejects
 */
export function inTime<T>(promise: Promise<T>, milliseconds: number, why: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unavailable(why)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
