/** What became of own messages after they were sent, as far as this page was told. Pure. */
import type { Event } from '../protocol/events.ts';

export interface Receipt {
  readonly state: 'delivered' | 'refused';
  /** Why it was refused: a code of the protocol. */
  readonly code?: string;
}

export type Receipts = ReadonlyMap<string, Receipt>;

export const NO_RECEIPTS: Receipts = new Map();

/** Receipts at the most: the oldest make room. */
const MOST_RECEIPTS = 1000;

export function withReceipts(receipts: Receipts, events: readonly Event[]): Receipts {
  const news = events.filter((event) => event.type === 'receipt');
  if (news.length === 0) return receipts;
  const after = new Map(receipts);
  for (const { id, state, code } of news) after.set(id, { state, ...(code !== undefined && { code }) });
  const surplus = [...after.keys()].slice(0, Math.max(0, after.size - MOST_RECEIPTS));
  for (const id of surplus) after.delete(id);
  return after;
}
