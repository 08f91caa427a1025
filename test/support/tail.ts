/** The end of a log, for an error message. */
import { readFileSync } from 'node:fs';

export function tailOf(file: string, lines = 15): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)'; // it ended before it wrote anything
  }
}
