/** `owner.pid`: which process owns the stack of a folder, and that there is one at most. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { belongsTo } from '../support/leftovers.ts';

function pathOf(dir: string): string {
  return join(dir, 'owner.pid');
}

/** The living owner; undefined when there is none, whatever a file of a crashed one says. */
export function ownerOf(dir: string): number | undefined {
  const pid = readPid(dir);
  return pid !== undefined && belongsTo(pid, dir) ? pid : undefined;
}

/**
 * Makes this process the owner.
 *
 * @throws Error when another one is.
 */
export function claim(dir: string): void {
  const other = ownerOf(dir);
  if (other !== undefined && other !== process.pid) throw new Error(alreadyRunning(dir));
  rmSync(pathOf(dir), { force: true });
  try {
    writeFileSync(pathOf(dir), `${process.pid}\n`, { flag: 'wx' });
  } catch (error) {
    throw new Error(alreadyRunning(dir), { cause: error }); // two commands at the same moment
  }
}

export function disclaim(dir: string): void {
  if (readPid(dir) === process.pid) rmSync(pathOf(dir), { force: true });
}

export function alreadyRunning(dir: string): string {
  return `A stack is running in ${dir} already: npm stop ends it, and --dir DIR begins another one (with --port-base N).`;
}

function readPid(dir: string): number | undefined {
  try {
    const pid = Number(readFileSync(pathOf(dir), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // no file: no owner
  }
}
