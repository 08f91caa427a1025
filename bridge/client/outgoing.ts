/**
 * Own messages on their way. Pure: lists in, lists out.
 *
 *   pending --answered--> sent --seen in the event log--> (left the list: it is in the snapshot)
 *      \--refused--> failed --retried--> pending
 *
 * A pending message keeps its `cid` through every try, so the bridge sends it once. It is tried for half a day
 * at the most, and then failed: the bridge forgets a `cid`.
 */
import type { Message } from '../protocol/events.ts';
import type { FaultCode } from './faults.ts';

interface Draft {
  readonly cid: string;
  readonly to: string;
  readonly body: string;
  /** Milliseconds since 1970, by this browser's clock: when the person pressed Enter. */
  readonly since: number;
}

/**
 * Why something did not go well. `unanswered`: pending for so long that the bridge may have forgotten the `cid`.
 * `superseded`: another page acts as this tab.
 */
export interface Refusal {
  readonly code: FaultCode | 'unanswered' | 'superseded';
  readonly message: string;
}

export type Outgoing =
  | (Draft & { readonly state: 'pending' })
  | (Draft & { readonly state: 'sent'; readonly id: string; readonly at: string })
  | (Draft & { readonly state: 'failed'; readonly error: Refusal });

export type OutgoingList = readonly Outgoing[];

/** Messages on their way at the most: more than a person types while a network is away. */
export const MOST_OUTGOING = 200;

/** Milliseconds: half the time that the bridge remembers a `cid` (24 h). */
const LONGEST_UNANSWERED = 12 * 3600 * 1000;

const UNANSWERED: Refusal = { code: 'unanswered', message: 'It is not known whether this was sent.' };

/** @throws RangeError when too many are waiting; failed ones make room, oldest first. */
export function queued(list: OutgoingList, draft: Draft): OutgoingList {
  if (list.length < MOST_OUTGOING) return [...list, { ...draft, state: 'pending' }];
  const oldest = list.find(({ state }) => state === 'failed');
  if (oldest === undefined) throw new RangeError(`${MOST_OUTGOING} messages are waiting to be sent`);
  return [...without(list, oldest.cid), { ...draft, state: 'pending' }];
}

export function answered(list: OutgoingList, cid: string, answer: { id: string; at: string }): OutgoingList {
  return list.map((one) => (one.cid === cid ? { ...draftOf(one), state: 'sent', ...answer } : one));
}

export function refused(list: OutgoingList, cid: string, error: Refusal): OutgoingList {
  return list.map((one) => (one.cid === cid ? { ...draftOf(one), state: 'failed', error } : one));
}

/** Those that have been pending for too long are failed: another try could send them twice, so the person decides. */
export function overdueRefused(list: OutgoingList, now: number): OutgoingList {
  const isOverdue = ({ state, since }: Outgoing): boolean =>
    state === 'pending' && now - since >= LONGEST_UNANSWERED;
  if (!list.some(isOverdue)) return list;
  return list.map((one) => (isOverdue(one) ? { ...draftOf(one), state: 'failed', error: UNANSWERED } : one));
}

/**
 * A failed message on its way again, behind the others. It gets `newCid` when it was refused, since the old
 * one would bring the first answer again; where its fate is not known it keeps its own.
 */
export function retried(list: OutgoingList, cid: string, newCid: string, now: number): OutgoingList {
  const one = list.find((other) => other.cid === cid);
  if (one?.state !== 'failed') return list;
  const next = one.error.code === 'internal' ? one.cid : newCid;
  const since = next === one.cid ? one.since : now;
  return [...without(list, cid), { ...draftOf(one), cid: next, since, state: 'pending' }];
}

export function without(list: OutgoingList, cid: string): OutgoingList {
  return list.filter((one) => one.cid !== cid);
}

/** What is still under way when these messages have been seen in the event log, or in a snapshot. */
export function notAmong(list: OutgoingList, seen: readonly Message[], me: string): OutgoingList {
  const own = seen.filter(({ from }) => from === me);
  if (own.length === 0 || list.length === 0) return list;
  const ids = new Set(own.map(({ id }) => id));
  const cids = new Set(own.map(({ cid }) => cid));
  return list.filter((one) => !(cids.has(one.cid) || (one.state === 'sent' && ids.has(one.id))));
}

/** What is left beside a snapshot that was asked for later than the answers of the `sent` ones came. */
export function besideSnapshot(list: OutgoingList, seen: readonly Message[], me: string): OutgoingList {
  return notAmong(list, seen, me).filter(({ state }) => state !== 'sent');
}

/** The oldest pending message to `peer`. Messages to one person leave one after the other, in order. */
export function nextTo(list: OutgoingList, peer: string): Outgoing | undefined {
  return list.find(({ to, state }) => to === peer && state === 'pending');
}

export function peersWaitedFor(list: OutgoingList): Set<string> {
  return new Set(list.filter(({ state }) => state === 'pending').map(({ to }) => to));
}

function draftOf({ cid, to, body, since }: Outgoing): Draft {
  return { cid, to, body, since };
}
