/** A copy of the built project with one fault in it. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param root the project's folder, with dist/ in it
 * @returns the folder of the copy: IM_BUILT of test/support/root.ts
 * @throws Error when the text to be replaced is not there once: the code has changed, and the fault must too
 */
export function plant(root, { name, file, from, to }) {
  const copy = join(root, 'node_modules/.cache/im-planted'); // below node_modules, so that it finds the packages
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(join(root, 'dist'), copy, { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }\n');
  const path = join(copy, file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`"${name}" can't be planted: ${file} has not "${from}" once`);
  writeFileSync(path, parts.join(to));
  return copy;
}
