/** What becomes of the user's own messages after they were taken: delivered, refused after all, read by the peer. */
import type { EventBody, Message } from '../protocol/events.ts';
import { conversationWith, isPast, readEvents } from './conversations.ts';
import { noteTold } from './kept.ts';
import type { Input } from './ports.ts';
import type { ReceiptEvent, Session } from './session.ts';
import type { ReadMarker } from './states.ts';

/** Receipts that came before the message itself: sends under way have no more. */
const MAX_EARLY = 50;

type Receipt = Extract<Input, { type: 'delivered' | 'bounced' }>;

export function receiptEvents(session: Session, receipt: Receipt): EventBody[] {
  const message = ownMessage(session, receipt.with, receipt.cid);
  const event: ReceiptEvent = {
    type: 'receipt',
    with: receipt.with,
    id: message?.id ?? '',
    ...(receipt.type === 'delivered' ? { state: 'delivered' } : { state: 'refused', code: receipt.code }),
  };
  if (message !== undefined) return [event];
  keepEarly(session.earlyReceipts, receipt.cid, event);
  return [];
}

/** What nobody ever sent would stand there for good: the oldest makes room. */
function keepEarly(early: Session['earlyReceipts'], cid: string, event: ReceiptEvent): void {
  early.delete(cid);
  early.set(cid, event);
  const [oldest] = early.keys();
  if (early.size > MAX_EARLY && oldest !== undefined) early.delete(oldest);
}

/** The receipt that came before this own message. */
export function earlyReceiptOf({ user, earlyReceipts }: Session, message: Message): EventBody[] {
  const early = earlyReceipts.get(message.cid ?? '');
  if (early === undefined || message.from !== user || message.with !== early.with) return [];
  earlyReceipts.delete(message.cid ?? '');
  return [{ ...early, id: message.id }];
}

/** XEP-0333, section 4: a marker counts for all messages before it. */
export function displayedEvents(
  session: Session,
  { with: peer, by, cid }: Extract<Input, { type: 'displayed' }>,
): EventBody[] {
  if (by === 'peer') {
    const message = ownMessage(session, peer, cid);
    return message === undefined ? [] : peerReadEvents(session, peer, message.id);
  }
  const conversation = conversationWith(session, peer);
  const message = conversation?.messages.findLast((other) => other.from === peer && other.cid === cid);
  if (conversation === undefined || message === undefined) return [];
  noteTold(session, message);
  return readEvents(conversation, message.id);
}

/** As the peer's own row says: by the message, or by the time where that is too old to be at hand. */
export function markerEvents(session: Session, peer: string, { cid, at }: ReadMarker): EventBody[] {
  const own = conversationWith(session, peer)?.messages.filter(({ from }) => from === session.user);
  const message = own?.findLast((other) => other.cid === cid) ?? own?.findLast((other) => other.at <= at);
  return message === undefined ? [] : peerReadEvents(session, peer, message.id);
}

function peerReadEvents(session: Session, peer: string, upTo: string): EventBody[] {
  if (!isPast(upTo, conversationWith(session, peer)?.peerReadUpTo)) return [];
  return [{ type: 'peer-read', with: peer, upTo }];
}

function ownMessage(session: Session, peer: string, cid: string): Message | undefined {
  const messages = conversationWith(session, peer)?.messages;
  return messages?.findLast((message) => message.from === session.user && message.cid === cid);
}
