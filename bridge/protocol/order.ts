/** The orders of the protocol: the same on every machine and in every locale. */
import type { Message } from './events.ts';

/** Code-unit order. */
export function byId(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Message ids are numbers without leading zeros, which grow with the server's time. */
export function byMessageId(a: string, b: string): number {
  return a.length - b.length || byId(a, b);
}

/** By the server's time; within one millisecond by the archive's ids. */
export function isNewer(a: Pick<Message, 'id' | 'at'>, b: Pick<Message, 'id' | 'at'>): boolean {
  return (byId(a.at, b.at) || byMessageId(a.id, b.id)) > 0;
}
