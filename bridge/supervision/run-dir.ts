/** The run directory: for its owner alone, as journals and sockets are in it. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Characters of a path that a Unix socket may have (Linux, unix(7)), less those of the longest name here. */
const LONGEST = 107 - 'supervisor.sock/'.length;

/** @param settings the settings file, from whose folder `dir` is told */
export function runDir(settings: string, dir: string): string {
  return resolve(dirname(resolve(settings)), dir);
}

/** @throws Error with a sentence for a person */
export function makeRunDir(path: string): void {
  if (Buffer.byteLength(path) > LONGEST)
    throw new Error(`supervisor.dir is too long for a socket in it: ${path} has more than ${LONGEST} bytes`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}
