/** The filter matrix as the table of docs/security.md. */
import { KINDS, type Kind } from './kinds.ts';
import { MATRIX, type Cell, type Row } from './table.ts';

const COLUMNS: readonly (readonly [title: string, cell: (row: Row) => Cell])[] = [
  ['friend online', (row) => row.friend.online],
  ['friend offline', (row) => row.friend.offline],
  ['friend on the web', (row) => row.friend.web],
  ['everybody else', (row) => row.others],
  ['self', (row) => row.self],
  ['the server', (row) => row.server],
];

const BEGIN = '<!-- matrix: begin -->';
const END = '<!-- matrix: end -->';

export function matrixTable(): string {
  const kinds = Object.keys(KINDS) as Kind[];
  const lines = kinds.map((kind) => [kind, ...COLUMNS.map(([, cell]) => textOf(cell(MATRIX[kind])))]);
  const titles = ['stanza', ...COLUMNS.map(([title]) => title)];
  return [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : `${cell[0]}; client: ${cell[1]}`;
}

/** The page with this table in the place of the one that it has. @throws Error when it has no place for one. */
export function withTable(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n${matrixTable()}\n${page.slice(to)}`;
}
