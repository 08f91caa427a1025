/** The files of journals: `journal-PID-N` in the run directory, of worker PID, the parts in order. For its owner alone. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^journal-(\d+)-(\d+)$/;

export function journalPath(dir: string, pid: number, part: number): string {
  return join(dir, `journal-${pid}-${part}`);
}

/** The parts of one worker's journal, the oldest first. */
function partsOf(dir: string, pid: number): string[] {
  const found = names(dir).filter((name) => NAME.exec(name)?.[1] === String(pid));
  return found.sort((a, b) => Number(NAME.exec(a)?.[2]) - Number(NAME.exec(b)?.[2]));
}

/** @throws Error when a file can't be read */
export function readJournal(dir: string, pid: number): string[] {
  return partsOf(dir, pid).map((name) => readFileSync(join(dir, name), 'utf8'));
}

/** Milliseconds since its worker was there last. */
export function journalAge(dir: string, pid: number): number {
  const times = partsOf(dir, pid).map((name) => statSync(join(dir, name)).mtimeMs);
  return Date.now() - Math.max(...times, 0);
}

export function removeJournal(dir: string, pid: number): void {
  for (const name of partsOf(dir, pid)) rmSync(join(dir, name), { force: true });
}

/** Workers that have left a journal. */
export function journalOwners(dir: string): number[] {
  return [...new Set(names(dir).map((name) => Number(NAME.exec(name)?.[1])))];
}

function names(dir: string): string[] {
  return readdirSync(dir).filter((name) => NAME.test(name));
}
