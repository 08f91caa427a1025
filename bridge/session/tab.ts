/** A tab: a reader of a session's event log, with at most one poll held for it. */

/** What a poll is answered with: events as JSON, or that a newer poll of the same tab took its place. */
export type PollAnswer =
  | { readonly cursor: string; readonly events: readonly string[] }
  | { readonly superseded: true }
  | { readonly gone: true };

/** Answers a held poll, once. */
export type Deliver = (answer: PollAnswer) => void;

export interface Tab {
  /** The secret that names it. */
  readonly id: string;
  /** Every event up to here has reached the tab: its last poll said so. */
  seen: number;
  /** Monotonic milliseconds of its last call. */
  lastCall: number;
  poll: Deliver | undefined;
}

export function createTab(id: string, seen: number, now: number): Tab {
  return { id, seen, lastCall: now, poll: undefined };
}

/** Takes the poll away from a tab and answers it. */
export function answer(tab: Tab, what: PollAnswer): void {
  const deliver = tab.poll;
  tab.poll = undefined;
  deliver?.(what);
}
