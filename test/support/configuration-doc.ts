/** The tables of docs/configuration.md. */
import { sectionsOf, type Section, type Setting } from './settings-of-schema.ts';

const BEGIN = '<!-- settings: begin -->';
const END = '<!-- settings: end -->';

function tableOf(rows: readonly Setting[]): string {
  const lines = rows.map(({ name, kind, preset, required, bounds, reason }) => [
    `\`${name}\``,
    kind,
    preset === undefined ? (required ? '**needed**' : '') : valueOf(preset),
    bounds,
    reason,
  ]);
  const titles = ['setting', 'kind, unit', 'default', 'bounds', 'what it is, and why so'];
  return [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** As a person writes it in the file. */
function valueOf(preset: string): string {
  return `\`${preset.replaceAll('"', '')}\``;
}

function textOf({ name, reason, settings: rows }: Section): string {
  return `## ${name === '' ? 'Outside of all sections' : `\`${name}\``}\n\n${reason === '' ? '' : `${reason}\n\n`}${tableOf(rows)}`;
}

/** The page with these tables in the place of those that it has. @throws Error when it has no place for them. */
export function withSettings(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  const text = sectionsOf().map(textOf).join('\n\n');
  return `${page.slice(0, from + BEGIN.length)}\n${text}\n${page.slice(to)}`;
}
