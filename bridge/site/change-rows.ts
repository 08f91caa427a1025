/** Lines of the site's list of changes. One that nobody can act on is handed out too: else it stays on the list. */
import type { Change } from './changes.ts';
import { textOf } from './rows.ts';
import type { Row } from './source.ts';

/** Lines that are taken at once; the rest stays on the list until next time. */
export const MOST_CHANGES = 500;

/** Those that can be named: a line without an id can't be taken off, and is left to the site. */
export function changesOf(rows: readonly Row[]): Change[] {
  return rows
    .slice(0, MOST_CHANGES)
    .map(changeOf)
    .filter((change) => change !== undefined);
}

function changeOf(row: Row): Change | undefined {
  const id = row['id']; // as it is: it names the row
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return undefined;
  const friend = textOf(row['friend']);
  const age = Number(textOf(row['age']) ?? NaN);
  return {
    id: String(id),
    kind: textOf(row['kind']) ?? '',
    user: textOf(row['user']) ?? '',
    ...(friend !== undefined && { friend }),
    ...(age >= 0 && { age }),
  };
}
