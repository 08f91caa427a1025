/** Columns for a terminal: words to the left, numbers to the right. */

export type Cell = string | number;

export function tableOf(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const isNumber = titles.map(
    (_, column) => rows.length > 0 && rows.every((row) => isFigure(row[column] ?? '')),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumber[column] === true ? String(cell).padStart(width) : String(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [titles, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

const isFigure = (cell: Cell): boolean => typeof cell === 'number' || /^(?:[\d.]+[ a-zA-Z%]*|-|)$/.test(cell);
