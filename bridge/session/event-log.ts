/**
 * The numbered events of a session. Tabs read on from their cursors; reading takes nothing away. Events
 * leave by number (the log is full) or by age, so that memory does not grow with tabs that are not read.
 */
import type { EventBody } from '../protocol/events.ts';

interface Entry {
  readonly n: number;
  /** Monotonic milliseconds. */
  readonly at: number;
  /** Made once, shared by every tab. */
  readonly json: string;
  /** A later entry of the same key replaces this one for a reader who has seen neither. */
  readonly key: string | undefined;
}

export interface EventLog {
  /** A session's life: a cursor of another epoch can't be served. */
  readonly epoch: string;
  readonly limit: number;
  /** The number of the newest event; 0 before the first. */
  last: number;
  entries: Entry[];
}

export function createEventLog(epoch: string, limit: number): EventLog {
  return { epoch, limit, last: 0, entries: [] };
}

/** Appends an event. Returns how many old ones left because the log was full. */
export function append(log: EventLog, event: EventBody, now: number): number {
  log.last += 1;
  log.entries.push({
    n: log.last,
    at: now,
    json: JSON.stringify({ n: log.last, ...event }),
    key: mergeKey(event),
  });
  const surplus = log.entries.length - log.limit;
  // A tenth at once: taking one from the front of a long array each time would cost a copy each time.
  if (surplus <= Math.ceil(log.limit / 10)) return 0;
  log.entries.splice(0, surplus);
  return surplus;
}

/** PROTOCOL.md, Events: typing and presence may be left out where a newer one of the same user replaces it. */
function mergeKey(event: EventBody): string | undefined {
  if (event.type === 'presence') return `presence ${event.id}`;
  if (event.type === 'typing') return `typing ${event.with}`;
  return undefined;
}

/** Events of before `time` (monotonic milliseconds) leave. */
export function forget(log: EventLog, time: number): void {
  const kept = log.entries.findIndex((entry) => entry.at >= time);
  if (kept !== 0) log.entries.splice(0, kept === -1 ? log.entries.length : kept);
}

/** Where a reader stands: every event up to `n` seen. */
export function cursorOf(log: EventLog, n = log.last): string {
  return `${log.epoch}:${n}`;
}

/** The number in a cursor of this log; undefined when this log can't serve it. */
export function positionOf(log: EventLog, cursor: string): number | undefined {
  const colon = cursor.lastIndexOf(':');
  const digits = cursor.slice(colon + 1);
  if (cursor.slice(0, colon) !== log.epoch || !/^\d{1,15}$/.test(digits)) return undefined;
  const n = Number(digits);
  const oldest = log.entries[0]?.n ?? log.last + 1;
  return n <= log.last && n >= oldest - 1 ? n : undefined;
}

/** When the event after number `n` came; undefined when there is none, or it has left the log. */
export function cameAfter(log: EventLog, n: number): number | undefined {
  return log.entries[n + 1 - (log.entries[0]?.n ?? 0)]?.at;
}

/** The events after number `n`, each as JSON, oldest first; undefined when some of them have left the log. */
export function since(log: EventLog, n: number): string[] | undefined {
  const first = log.entries[0]?.n ?? log.last + 1;
  if (n < first - 1) return undefined;
  const seen = new Set<string>();
  const kept: string[] = [];
  for (const { key, json } of log.entries.slice(n + 1 - first).reverse()) {
    if (key !== undefined && seen.has(key)) continue;
    if (key !== undefined) seen.add(key);
    kept.push(json);
  }
  return kept.reverse();
}
