/** Where the project lies, seen from its sources and from dist/ alike. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = above(dirname(fileURLToPath(import.meta.url)));

/** A compiled program of ours. IM_BUILT: where the bridge’s are, when one with a fault planted in it is to run. */
export function built(path: string): string {
  const planted = path.startsWith('bridge/') ? process.env['IM_BUILT'] : undefined;
  const file = join(planted ?? join(ROOT, 'dist'), path);
  if (!existsSync(file)) throw new Error(`${file} is not there: npm run build`);
  return file;
}

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder));
}
