/** Where a key leads in a grid (WAI-ARIA Authoring Practices, grid pattern). Pure. */

export interface GridPlace {
  readonly at: number;
  readonly count: number;
  readonly columns: number;
  readonly rightToLeft: boolean;
}

/** Rows of a page: as many as are seen at once. */
const PAGE = 5;

/** The cell to go to, or undefined for a key that is not the grid's. -1 is above the first row. */
export function cellAfter(key: string, withControl: boolean, place: GridPlace): number | undefined {
  const { at, count, columns, rightToLeft } = place;
  const last = count - 1;
  const rowStart = at - (at % columns);
  const forward = rightToLeft ? -1 : 1;
  /** Into the same column where there is one, or to the last cell. */
  const rowsOn = (rows: number): number => Math.min(at + rows * columns, last);
  switch (key) {
    case 'ArrowRight':
      return within(at + forward, last);
    case 'ArrowLeft':
      return within(at - forward, last);
    case 'ArrowDown':
      return rowsOn(1);
    case 'ArrowUp':
      return Math.max(at - columns, -1);
    case 'PageDown':
      return rowsOn(PAGE);
    case 'PageUp':
      return at - PAGE * columns >= 0 ? at - PAGE * columns : at % columns;
    case 'Home':
      return withControl ? 0 : rowStart;
    case 'End':
      return withControl ? last : Math.min(rowStart + columns - 1, last);
    default:
      return undefined;
  }
}

function within(at: number, last: number): number {
  return Math.min(Math.max(at, 0), last);
}
