/** Cursors are `EPOCH:N`, and events of one epoch are had once. */
import type { Event } from '../protocol/events.ts';

export interface Position {
  readonly epoch: string;
  readonly n: number;
}

export function positionOf(cursor: string): Position {
  const colon = cursor.lastIndexOf(':');
  const n = Number(cursor.slice(colon + 1));
  return { epoch: cursor.slice(0, Math.max(colon, 0)), n: Number.isSafeInteger(n) ? n : 0 };
}

/** Those of `events` that are newer than `last`, each `n` once. */
export function newEvents(events: readonly Event[], last: number): Event[] {
  let seen = last;
  return events.filter(({ n }) => {
    const isNew = n > seen;
    if (isNew) seen = n;
    return isNew;
  });
}
