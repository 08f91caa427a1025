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
 * @throws CallError `bad-request`, `unavailable`; ArchiveFault, StanzaError, NoAnswer, StreamError
 */
export async function historyOf(archive: Archive, query: HistoryQuery): Promise<Page> {
  const { before } = query;
  // ejabberd reads what is not a number as: the newest page.
  if (before !== undefined && !/^\d{1,20}$/.test(before)) throw badRequest('before: not the id of a message');
  const page = await foundIn(archive, query, MOST_PAGES);
  // An empty page would be no place to go on from.
  if (page.messages.length === 0 && !page.complete)
    throw unavailable('there is too much without a text in the archive');
  return page;
}

/**
 * What is found in so many pages: fewer messages than are wanted, or none, where a friend's client has archived more
 * without a text than that.
 *
 * @throws ArchiveFault, StanzaError, NoAnswer, StreamError
 */
export async function foundIn(archive: Archive, query: HistoryQuery, pages: number): Promise<Page> {
  const { with: peer, before, limit } = query;
  let found: Message[] = [];
  let oldest = before;
  for (let asked = 0; asked < pages; asked += 1) {
    const max = asked === 0 ? limit : FURTHER;
    const page = await archive.page({ with: peer, before: oldest, max });
    found = [...page.messages, ...found];
    if (page.complete || found.length >= limit) return cut(found, limit, page.complete);
    oldest = page.first;
  }
  return { messages: found, complete: false };
}

function cut(messages: readonly Message[], limit: number, complete: boolean): Page {
  if (messages.length <= limit) return { messages, complete };
  return { messages: messages.slice(-limit), complete: false };
}
