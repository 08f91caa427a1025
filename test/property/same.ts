/** Comparing what pages show: across the realms of jest, and with the first difference told in a line. */
import { Violation } from './page.ts';

/** @throws Violation that names the first place where the two are not the same */
export function mustBeSame(what: string, shown: unknown, expected: unknown): void {
  const difference = firstDifference(shown, expected, '');
  if (difference !== undefined) throw new Violation(`${what}: ${difference}`);
}

function firstDifference(a: unknown, b: unknown, path: string): string | undefined {
  if (!isTree(a) || !isTree(b))
    return Object.is(a, b)
      ? undefined
      : `${path || '.'} is ${JSON.stringify(a)} in place of ${JSON.stringify(b)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference = firstDifference(a[key], b[key], `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
