/** A conversation as it is drawn: messages in groups, with the days and the line above what is new. Pure. */
import { byMessageId, type Line } from '../../client/index.ts';

export type Row =
  | { readonly type: 'day'; readonly key: string; readonly at: number }
  | { readonly type: 'new'; readonly key: string }
  | {
      readonly type: 'message';
      readonly key: string;
      readonly line: Line;
      /** Of several that one person wrote one after the other. */
      readonly isFirst: boolean;
      readonly isLast: boolean;
      /** Does it say how far it has come? The last own one does, the last read one, and what is not sent. */
      readonly isMarked: boolean;
    };

/** Milliseconds between two messages that stand together. */
const TOGETHER = 5 * 60_000;

export interface RowOptions {
  /** The calendar day of the reader, as a number. */
  readonly dayOf: (date: Date) => number;
  /** The read marker above which the new messages began; undefined for no line. */
  readonly newAfter: string | undefined;
}

export function rowsOf(lines: readonly Line[], { dayOf, newAfter }: RowOptions): Row[] {
  const days = lines.map(({ at }) => dayOf(new Date(at)));
  const firstNew = newAfter === undefined ? -1 : lines.findIndex((line) => isNew(line, newAfter));
  const marked = markedOf(lines);
  const breaks = lines.map((line, i) => {
    const before = lines[i - 1];
    return before === undefined || days[i] !== days[i - 1] || i === firstNew || !areTogether(before, line);
  });
  return lines.flatMap((line, i): Row[] => [
    ...(days[i] === days[i - 1]
      ? []
      : [{ type: 'day' as const, key: `day:${days[i]}:${line.key}`, at: line.at }]),
    ...(i === firstNew ? [{ type: 'new' as const, key: 'new' }] : []),
    {
      type: 'message',
      key: line.key,
      line,
      isFirst: breaks[i] === true,
      isLast: breaks[i + 1] !== false,
      isMarked: marked.has(line.key),
    },
  ]);
}

function areTogether(before: Line, line: Line): boolean {
  return before.from === line.from && line.at - before.at < TOGETHER;
}

function isNew({ own, id }: Line, newAfter: string): boolean {
  return !own && (newAfter === '' || byMessageId(id, newAfter) > 0);
}

function markedOf(lines: readonly Line[]): Set<string> {
  const own = lines.filter((line) => line.own);
  const undone = own.filter(({ state }) => state === 'pending' || state === 'failed');
  const lastRead = own.filter(({ state }) => state === 'read').at(-1);
  const lastSent = own.filter(({ state }) => state !== 'pending' && state !== 'failed').at(-1);
  return new Set([...undone, lastRead, lastSent].flatMap((line) => (line === undefined ? [] : [line.key])));
}
