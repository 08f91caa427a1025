/** Messages of the archive with all words of a text. */
import { cleanText } from '../clean-text.ts';
import type { Message } from '../protocol/events.ts';
import type { SearchQuery } from '../session/ports.ts';
import { LARGEST_PAGE, type Archive } from './archive.ts';
import { holds, wantedOf } from './words.ts';

/** Pages that are looked through, of 250 entries: with a word that the index knows, those that have it. */
const MOST_PAGES = 10;

/** The newest ones, oldest first. @throws ArchiveFault, StanzaError, NoAnswer, StreamError */
export async function searched(
  archive: Archive,
  { text, with: peer, limit }: SearchQuery,
): Promise<readonly Message[]> {
  const wanted = wantedOf(cleanText(text));
  if (wanted === undefined) return [];
  let found: Message[] = [];
  const query = { with: peer, word: wanted.key, max: LARGEST_PAGE };
  for await (const { messages } of archive.pages(query, MOST_PAGES)) {
    found = [...messages.filter(({ body }) => holds(body, wanted)), ...found];
    if (found.length >= limit) break;
  }
  return found.slice(-limit);
}
