/**
 * Own messages on their way outlive a page load: the next page sends them again under the same `cid`, so
 * that a click on a link right after Enter neither loses nor doubles a message.
 *
 * The tab's id is not kept: it acts for its user, and a page that used it would chat on after the person
 * signed out of the site. Every page gets a tab of its own with a fresh token, and gives it back when it
 * goes (page.ts); friends see nothing of it, since a session outlives its last tab by a grace time.
 */
import { overdueRefused, type Outgoing, type OutgoingList } from './outgoing.ts';

export type KeptIn = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Longest text that is taken back: what somebody else wrote there is not parsed. */
const MOST_TEXT = 1_000_000;

/** One key for all: what the one before has left is gone when somebody else signs in. */
const KEY = 'im:outgoing';

export function keepOutgoing(storage: KeptIn | undefined, user: string, list: OutgoingList): void {
  try {
    const kept = list.filter(({ state }) => state !== 'sent');
    if (kept.length === 0) storage?.removeItem(KEY);
    else storage?.setItem(KEY, JSON.stringify({ user, kept }));
  } catch {
    // Storage is full or forbidden: the messages are still in memory.
  }
}

export function keptOutgoing(storage: KeptIn | undefined, user: string, now: number): OutgoingList {
  try {
    const text = storage?.getItem(KEY) ?? '{}';
    if (text.length > MOST_TEXT) return [];
    const memory = JSON.parse(text) as { user?: unknown; kept?: unknown } | null;
    if (memory?.user !== user || !Array.isArray(memory.kept)) return [];
    return overdueRefused(memory.kept.filter(isOutgoing), now);
  } catch {
    return []; // not ours, or forbidden
  }
}

function isOutgoing(value: unknown): value is Outgoing {
  const one = value as Partial<Record<string, unknown>> | null;
  const texts = [one?.['cid'], one?.['to'], one?.['body']];
  const state = one?.['state'];
  const whole = state === 'pending' || (state === 'failed' && typeof one?.['error'] === 'object');
  return whole && texts.every((text) => typeof text === 'string') && typeof one?.['since'] === 'number';
}
