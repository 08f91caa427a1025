/** docs/performance.md: what people wrote in it stays; each size that was measured has a section of its own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Replaces the section of this name, or adds it at the end. */
export function writeSection(page: string, name: string, text: string): void {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '# Performance\n';
  writeFileSync(page, withSection(before, name, text));
}

export function withSection(page: string, name: string, text: string): string {
  const [first, last] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`];
  const section = `${first}\n\n${text.trim()}\n\n${last}`;
  const [start, end] = [page.indexOf(first), page.indexOf(last)];
  if (start === -1 || end === -1) return `${page.trimEnd()}\n\n${section}\n`;
  return page.slice(0, start) + section + page.slice(end + last.length);
}
