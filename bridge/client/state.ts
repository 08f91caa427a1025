/** What a front end draws: one immutable value, replaced as a whole at every change. */
import type { Event, Message } from '../protocol/events.ts';
import { applyEvent, type Snapshot } from '../protocol/snapshot.ts';
import { besideSnapshot, notAmong, type OutgoingList, type Refusal } from './outgoing.ts';

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
  /** Why it is not online, for a person or a log; undefined while it is. */
  readonly problem: Refusal | undefined;
}

export const NOTHING: ClientState = {
  status: 'idle',
  user: undefined,
  snapshot: undefined,
  outgoing: [],
  problem: undefined,
};

export function withSnapshot(state: ClientState, snapshot: Snapshot): ClientState {
  const seen = snapshot.conversations.flatMap(({ messages }) => messages);
  const outgoing = besideSnapshot(state.outgoing, seen, snapshot.me.id);
  return { ...state, status: 'online', problem: undefined, snapshot, outgoing };
}

export function withEvents(state: ClientState, events: readonly Event[]): ClientState {
  if (state.snapshot === undefined || events.length === 0) return state;
  const snapshot = events.reduce<Snapshot>(applyEvent, state.snapshot);
  const seen: Message[] = events.filter((event) => event.type === 'message');
  return { ...state, snapshot, outgoing: notAmong(state.outgoing, seen, snapshot.me.id) };
}
