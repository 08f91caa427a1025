/** What stands in a journal: a first line that says what it is, then one line for each change. */
import type { PeopleRecord } from '../session/hand-over.ts';
import type { LiveRecord } from '../session/live.ts';
import type { Input, LinkRecord } from '../session/ports.ts';

export const HEAD = 'im-bridge journal 1';

export type JournalLine =
  | readonly ['whole', string, LiveRecord]
  | readonly ['took', string, Input]
  | readonly ['people', string, PeopleRecord]
  | readonly ['link', string, LinkRecord]
  | readonly ['ended', string];

const KINDS: ReadonlySet<unknown> = new Set(['whole', 'took', 'people', 'link', 'ended']);

/** A session as a killed worker left it: as it was written whole, and what it took in since. */
export interface Remains {
  readonly record: LiveRecord;
  readonly since: readonly Input[];
}

type Found = Map<string, { record: LiveRecord; since: Input[] }>;

/** The text is damaged, or another version wrote it. */
export class BadJournal extends Error {
  override name = 'BadJournal';
}

/**
 * Reads the parts of one worker's journal, the oldest first; a part that ends before its first line is of a process that
 * was killed before it wrote anything.
 *
 * @param parts lines, without those that are half a line: the process was killed as it wrote
 * @throws BadJournal
 */
export function remainsIn(parts: readonly Iterable<string>[]): Map<string, Remains> {
  const found: Found = new Map();
  for (const lines of parts) applyAll(found, lines);
  return found;
}

function applyAll(found: Found, lines: Iterable<string>): void {
  let isFirst = true;
  for (const line of lines) {
    if (isFirst && line !== HEAD) throw new BadJournal('this is no journal of this version');
    if (!isFirst) apply(found, parsed(line));
    isFirst = false;
  }
}

function parsed(line: string): JournalLine {
  try {
    const value: unknown = JSON.parse(line);
    if (Array.isArray(value) && KINDS.has(value[0]) && typeof value[1] === 'string')
      return value as unknown as JournalLine;
  } catch {
    // below
  }
  throw new BadJournal('a line of the journal is damaged');
}

function apply(found: Found, line: JournalLine): void {
  const [type, user, what] = line;
  const remains = found.get(user);
  if (type === 'whole') found.set(user, { record: what, since: [] });
  else if (type === 'ended') found.delete(user);
  else if (remains === undefined) return;
  else if (type === 'took') remains.since.push(what);
  else if (type === 'people')
    remains.record = { ...remains.record, session: { ...remains.record.session, ...what } };
  else remains.record = { ...remains.record, link: { ...remains.record.link, ...what } };
}
