/** What a front end reads off the state. */
import type { Message } from '../protocol/events.ts';
import { byMessageId } from '../protocol/order.ts';
import type { ConversationView } from '../protocol/snapshot.ts';
import type { Outgoing, Refusal } from './outgoing.ts';
import type { ClientState } from './state.ts';

/**
 * How far a message has come. `received` is the peer's; the others are the person's own. `sent`: it is in the
 * archive; `delivered`: on a device of the peer's; `read`: the peer's read marker is at it, or past it.
 */
export type LineState = 'received' | 'pending' | 'failed' | 'sent' | 'delivered' | 'read';

/** A message as a window shows it: those on their way stand behind those that the archive has. */
export interface Line {
  /** Stays the same from Enter to the archive. */
  readonly key: string;
  /** The message's id, or the `cid` while it has none. */
  readonly id: string;
  readonly from: string;
  readonly own: boolean;
  readonly body: string;
  /** Milliseconds since 1970, by the server's clock, or this browser's while it is on its way. */
  readonly at: number;
  readonly state: LineState;
  /** Why it failed. */
  readonly error?: Refusal;
  /** What `retry` and `dismiss` take: only a message that failed on its way can be tried again. */
  readonly cid?: string;
}

/** The conversation with one person, oldest first. */
export function linesWith(state: ClientState, peer: string): Line[] {
  const conversation = conversationOf(state, peer);
  const me = state.snapshot?.me.id ?? state.user ?? '';
  const kept = conversation?.messages.map((message) => keptLine(message, conversation, state)) ?? [];
  const underWay = state.outgoing.filter(({ to }) => to === peer).map((one) => outgoingLine(one, me));
  return [...kept, ...underWay];
}

export function conversationOf({ snapshot }: ClientState, peer: string): ConversationView | undefined {
  return snapshot?.conversations.find((one) => one.with === peer);
}

/** Messages that the person has not read, over all conversations. */
export function unreadOf({ snapshot }: ClientState): number {
  return snapshot?.conversations.reduce((sum, { unread }) => sum + unread, 0) ?? 0;
}

function keptLine(message: Message, { peerReadUpTo }: ConversationView, { receipts }: ClientState): Line {
  const { id, cid, from, body } = message;
  const own = from !== message.with;
  const receipt = receipts.get(id);
  const isRead = peerReadUpTo !== undefined && byMessageId(id, peerReadUpTo) <= 0;
  const line = { key: own ? (cid ?? id) : id, id, from, own, body, at: Date.parse(message.at) };
  if (!own) return { ...line, state: 'received' };
  if (receipt?.state === 'refused') return { ...line, state: 'failed', error: refusalOf(receipt.code) };
  return { ...line, state: isRead ? 'read' : (receipt?.state ?? 'sent') };
}

function refusalOf(code: string | undefined): Refusal {
  return { code: code === 'not-friends' ? code : 'unavailable', message: 'The message came back.' };
}

function outgoingLine(outgoing: Outgoing, me: string): Line {
  const { cid, body, since, state } = outgoing;
  const line = { key: cid, id: state === 'sent' ? outgoing.id : cid, from: me, own: true, body };
  if (state === 'sent') return { ...line, at: Date.parse(outgoing.at), state };
  if (state === 'pending') return { ...line, at: since, state };
  return { ...line, at: since, state, error: outgoing.error, cid };
}
