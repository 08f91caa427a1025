/** A page of one conversation, out of the archive. */
import { badRequest, unavailable } from '../errors.ts';
import type { Message } from '../protocol/events.ts';
import type { HistoryQuery, Page } from '../session/ports.ts';
import type { Archive } from './archive.ts';

/** Pages that are looked through for messages: what native clients archive without a text is passed over. */
const MOST_PAGES = 20;
/** Entries asked for at once when the first page held too few messages. */
const FURTHER = 100;

/**
 * As many messages as are wanted, where there are so many.
 *
 * @throws CallError `bad-request`; ArchiveFault, StanzaError, NoAnswer, StreamError
 */
export async function historyOf(archive: Archive, query: HistoryQuery): Promise<Page> {
  const { with: peer, before, limit } = query;
  // ejabberd reads what is not a number as: the newest page.
  if (before !== undefined && !/^\d{1,20}$/.test(before)) throw badRequest('before: not the id of a message');
  let found: Message[] = [];
  let oldest = before;
  for (let asked = 0; asked < MOST_PAGES; asked += 1) {
    const max = asked === 0 ? limit : FURTHER;
    const page = await archive.page({ with: peer, before: oldest, max });
    found = [...page.messages, ...found];
    if (page.complete || found.length >= limit) return cut(found, limit, page.complete);
    oldest = page.first;
  }
  if (found.length === 0) throw unavailable('there is too much without a text in the archive');
  return { messages: found, complete: false };
}

function cut(messages: readonly Message[], limit: number, complete: boolean): Page {
  if (messages.length <= limit) return { messages, complete };
  return { messages: messages.slice(-limit), complete: false };
}
