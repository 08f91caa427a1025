/** The run directory: for its owner alone, as journals and sockets are in it. */
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../config/load.ts';

/** Characters of a path that a Unix socket may have (Linux, unix(7)), less those of the longest name here. */
const LONGEST = 107 - '/worker-1234567890123.sock'.length;

/** @param settings the settings file, from whose folder `dir` is told */
export function runDir(settings: string, dir: string): string {
  return resolve(dirname(resolve(settings)), dir);
}

/** @throws ConfigError */
export function makeRunDir(path: string): void {
  if (Buffer.byteLength(path) > LONGEST)
    throw new ConfigError('the run directory', [
      `supervisor.dir: ${path} is too long for a socket in it: it may have ${LONGEST} bytes`,
    ]);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError('the run directory', [
      `supervisor.dir: ${path} can't be made for this user alone (${code ?? 'error'}): name a folder that is the bridge's own`,
    ]);
  }
}

/** Where a worker listens for others that leave. */
export function workerSocket(dir: string, id: number): string {
  return join(dir, `worker-${id}.sock`);
}

/** Of workers that are gone: where they listened for others, and for an operator. */
export function removeWorkerSockets(dir: string): void {
  for (const name of readdirSync(dir)) if (/^(?:worker|admin)-\d+\.sock$/.test(name)) rmSync(join(dir, name));
}
