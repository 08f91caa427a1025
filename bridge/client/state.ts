/** What a front end draws: one immutable value, replaced as a whole at every change. */
import type { ChatState, Event, Message } from '../protocol/events.ts';
import { applyEvent, type Snapshot } from '../protocol/snapshot.ts';
import { keepOlder, withoutSurplus } from './older.ts';
import { besideSnapshot, notAmong, type OutgoingList, type Refusal } from './outgoing.ts';
import { NO_RECEIPTS, withReceipts, type Receipts } from './receipts.ts';

/**
 * - idle: not started, or ended by `stop`, `leave`, or a later page that took the tab over
 * - connecting: started, nothing to show yet
 * - online: the snapshot is kept up to date
 * - reconnecting: the snapshot may be old; sends wait
 * - signed-out: the site says that nobody is signed in; `start` asks again
 */
export type Status = 'idle' | 'connecting' | 'online' | 'reconnecting' | 'signed-out';

export interface ClientState {
  readonly status: Status;
  /** The site's id of the person, as soon as the site has said it. */
  readonly user: string | undefined;
  /** Undefined until the first connect was answered. */
  readonly snapshot: Snapshot | undefined;
  /** Own messages that are not in the snapshot yet, oldest first. */
  readonly outgoing: OutgoingList;
  /** What friends do now, who are not just there: `composing` or `paused` (XEP-0085). */
  readonly typing: Readonly<Record<string, ChatState>>;
  /** What became of own messages, as far as this page was told: by the message's id. */
  readonly receipts: Receipts;
  /** The UI state, with this page's own changes that are on their way (ui-state.ts). */
  readonly ui: Readonly<Record<string, unknown>>;
  /** Why it is not online, for a person or a log; undefined while it is. */
  readonly problem: Refusal | undefined;
}

export const NOTHING: ClientState = {
  status: 'idle',
  user: undefined,
  snapshot: undefined,
  outgoing: [],
  typing: {},
  receipts: NO_RECEIPTS,
  ui: {},
  problem: undefined,
};

export function withSnapshot(state: ClientState, fresh: Snapshot): ClientState {
  const snapshot = keepOlder(state.snapshot, fresh);
  const seen = fresh.conversations.flatMap(({ messages }) => messages);
  const outgoing = besideSnapshot(state.outgoing, seen, snapshot.me.id);
  return { ...state, status: 'online', problem: undefined, snapshot, outgoing, typing: {} };
}

export function withEvents(state: ClientState, events: readonly Event[]): ClientState {
  if (state.snapshot === undefined || events.length === 0) return state;
  const snapshot = withoutSurplus(events.reduce<Snapshot>(applyEvent, state.snapshot));
  const seen: Message[] = events.filter((event) => event.type === 'message');
  return {
    ...state,
    snapshot,
    outgoing: notAmong(state.outgoing, seen, snapshot.me.id),
    typing: typingAfter(state.typing, events),
    receipts: withReceipts(state.receipts, events),
  };
}

/** Is the chat not for this user, or this page? Then nothing is shown, and nothing asked until a page is opened. */
export function isShutOut({ status, problem }: Pick<ClientState, 'status' | 'problem'>): boolean {
  return status === 'idle' && problem?.code === 'bad-request';
}

/** Nothing of the chat is kept, but what was on its way. */
export function shutOut({ user, outgoing }: ClientState, problem: Refusal): ClientState {
  return { ...NOTHING, status: 'idle', user, outgoing, problem };
}

/** A message ends the writing of it. */
function typingAfter(typing: ClientState['typing'], events: readonly Event[]): ClientState['typing'] {
  return events.reduce((before, event) => {
    if (event.type === 'typing') return withTyping(before, event.with, event.state);
    if (event.type === 'message' && event.from === event.with)
      return withTyping(before, event.with, 'active');
    return before;
  }, typing);
}

export function withTyping(
  typing: ClientState['typing'],
  user: string,
  state: ChatState,
): ClientState['typing'] {
  if ((typing[user] ?? 'active') === state) return typing;
  const others = Object.entries(typing).filter(([other]) => other !== user);
  return Object.fromEntries(state === 'active' ? others : [...others, [user, state]]);
}
