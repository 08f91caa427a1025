/** What the person has read, and where the new messages began. */
import { useEffect, useRef } from 'preact/hooks';
import type { Client, ConversationView } from '../../client/index.ts';

/** Marks what stands before the person's eyes as read. */
export function useRead(client: Client, conversation: ConversationView | undefined, isSeen: boolean): void {
  const peer = conversation?.with;
  const last = conversation?.messages.at(-1)?.id;
  const isUnread = (conversation?.unread ?? 0) > 0;
  useEffect(() => {
    if (!isSeen || !isUnread || peer === undefined || last === undefined) return;
    void client.deeds.read(peer, last).catch(() => undefined); // the next look tries again
  }, [client, peer, last, isUnread, isSeen]);
}

/**
 * The read marker after which the messages are new to the person, as long as they are in this window: set by what
 * was unread when it was opened, or came while nobody looked; gone when they answer.
 */
export function useNewAfter(conversation: ConversationView | undefined, isSeen: boolean): string | undefined {
  const newAfter = useRef<string | undefined>(undefined);
  const before = useRef<{ unread: number; last: string | undefined } | undefined>(undefined);
  const { unread = 0, readUpTo = '', messages = [] } = conversation ?? {};
  const last = messages.at(-1);
  const isNews = unread > 0 && (before.current === undefined || (before.current.unread === 0 && !isSeen));
  const hasAnswered =
    before.current !== undefined && last?.id !== before.current.last && last?.from !== last?.with;
  if (isNews) newAfter.current = readUpTo;
  if (hasAnswered) newAfter.current = undefined;
  before.current = { unread, last: last?.id };
  return newAfter.current;
}
