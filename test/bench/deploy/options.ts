/** `--NAME NUMBER` on a command line. */
import { parseArgs } from 'node:util';

/** @param presets every name that there is, and its number where none is given. @throws Error for any other name */
export function numbersOf<T extends Readonly<Record<string, number>>>(presets: T): T {
  const options = Object.fromEntries(
    Object.entries(presets).map(([name, preset]) => [
      name,
      { type: 'string' as const, default: String(preset) },
    ]),
  );
  const { values } = parseArgs({ options });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) as T;
}
