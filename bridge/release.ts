/** Which release runs: that of the package.json above, as it was when this code was loaded. */
import { existsSync, readFileSync } from 'node:fs';

/** From the sources, and from dist/. */
const FILES = ['../package.json', '../../package.json'];

export const RELEASE = releaseOf(FILES.map((file) => new URL(file, import.meta.url)));

function releaseOf(files: readonly URL[]): string {
  const file = files.find((one) => existsSync(one));
  if (file === undefined) throw new Error('im-bridge is not whole: its package.json is missing');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
