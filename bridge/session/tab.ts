/** A tab: a reader of a session's event log, with at most one poll held for it. */

/** What a poll is answered with: events as JSON, or that a newer poll of the same tab took its place. */
export type PollAnswer =
  | {
      readonly cursor: string;
      readonly events: readonly string[];
      /** The numbers of messages for which this tab, and no other, should sound or notify. */
      readonly ring: readonly number[];
    }
  | { readonly superseded: true }
  | { readonly gone: true }
  /** Its session goes to another worker: to be read on there. */
  | { readonly moved: true; readonly cursor: string };

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
  /** It hung up in the middle of a poll, and has not called since: closed, or its network is away. */
  absent: boolean;
  /** Is the person at this tab, and since when so (monotonic milliseconds). */
  active: boolean;
  activeAt: number;
}

/** A tab is active until it says otherwise. */
export function createTab(id: string, seen: number, now: number): Tab {
  return { id, seen, lastCall: now, poll: undefined, absent: false, active: true, activeAt: now };
}

/** Takes the poll away from a tab and answers it. */
export function answer(tab: Tab, what: PollAnswer): void {
  const deliver = tab.poll;
  tab.poll = undefined;
  deliver?.(what);
}
