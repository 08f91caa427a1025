/** What comes over the wire is `unknown` until it has been here. */
import type { Event, Message } from '../protocol/events.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { CallFault, refusalCode } from './faults.ts';

export type Answer = Readonly<Record<string, unknown>>;

export interface ConnectAnswer {
  readonly tab: string;
  readonly cursor: string;
  /** Seconds that the bridge holds a poll. */
  readonly hold: number;
  readonly snapshot: Snapshot;
}

export interface PollAnswer {
  readonly cursor: string;
  readonly events: readonly Event[];
  /** The `n` of messages that this tab, and no other, should sound for. */
  readonly ring: readonly number[];
}

/** @throws CallFault with the bridge's code, or `network` when this is no answer of the protocol. */
export function readAnswer(value: unknown): Answer {
  if (!isRecord(value)) throw new CallFault('network', 'the answer is not one of the chat protocol');
  if (value['ok'] === true) return value;
  const error = value['error'];
  if (value['ok'] !== false || !isRecord(error)) {
    throw new CallFault('network', 'the answer is not one of the chat protocol');
  }
  const retryAfter = error['retryAfter'];
  throw new CallFault(
    refusalCode(error['code']),
    typeof error['message'] === 'string' ? error['message'] : 'the chat service refused this',
    typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined,
  );
}

export function readConnect(answer: Answer): ConnectAnswer {
  const { tab, cursor, hold, ok: _, ...snapshot } = answer; // the tab is a secret: it is in no state that a page draws
  if (typeof tab !== 'string' || typeof cursor !== 'string' || typeof hold !== 'number') throw malformed();
  if (!isSnapshot(snapshot)) throw malformed();
  return { tab, cursor, hold, snapshot };
}

/** Undefined when a later poll of the same tab has taken this one's place. */
export function readPoll(answer: Answer): PollAnswer | undefined {
  if (answer['superseded'] === true) return undefined;
  const { cursor, events, ring } = answer;
  if (typeof cursor !== 'string' || !Array.isArray(events) || !events.every(isEvent)) throw malformed();
  return { cursor, events, ring: Array.isArray(ring) ? ring.filter((n) => typeof n === 'number') : [] };
}

export function readSend(answer: Answer): { id: string; at: string } {
  const { id, at } = answer;
  if (typeof id !== 'string' || typeof at !== 'string') throw malformed();
  return { id, at };
}

export function readVersion({ version }: Answer): number {
  if (typeof version !== 'number') throw malformed();
  return version;
}

export function readMessages(answer: Answer): readonly Message[] {
  const { messages } = answer;
  if (!Array.isArray(messages) || !messages.every(isMessage)) throw malformed();
  return messages;
}

export function readHistory(answer: Answer): { messages: readonly Message[]; complete: boolean } {
  return { messages: readMessages(answer), complete: answer['complete'] === true };
}

function malformed(): CallFault {
  return new CallFault('internal', 'the answer lacks what the protocol says it has');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** As deep as a client of the same protocol version has to look: the bridge is trusted with the rest. */
export function isSnapshot(value: unknown): value is Snapshot {
  return (
    isRecord(value) &&
    isRecord(value['me']) &&
    Array.isArray(value['roster']) &&
    Array.isArray(value['conversations'])
  );
}

export function isEvent(value: unknown): value is Event {
  return isRecord(value) && typeof value['n'] === 'number' && typeof value['type'] === 'string';
}

function isMessage(value: unknown): value is Message {
  return isRecord(value) && typeof value['id'] === 'string' && typeof value['body'] === 'string';
}
