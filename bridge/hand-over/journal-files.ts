/**
 * The files of journals: `journal-ID-N` in the run directory, of the worker with this id, the parts in order. For their
 * owner alone. Ids are the supervisor's, and grow: a process id may be another worker's tomorrow.
 */
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

const NAME = /^journal-(\d+)-(\d+)$/;
/** Bytes that are read at once: all sessions together are more than a string may have. */
const CHUNK = 1024 * 1024;

export function journalPath(dir: string, id: number, part: number): string {
  return join(dir, `journal-${id}-${part}`);
}

/** The parts of one worker's journal, the oldest first. */
function partsOf(dir: string, id: number): string[] {
  const found = names(dir).filter((name) => NAME.exec(name)?.[1] === String(id));
  return found.sort((a, b) => Number(NAME.exec(a)?.[2]) - Number(NAME.exec(b)?.[2]));
}

/** Of each part the lines that were written to their end. @throws Error, as they are read, when a file can't be */
export function readJournal(dir: string, id: number): Iterable<string>[] {
  return partsOf(dir, id).map((name) => linesOf(join(dir, name)));
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.alloc(CHUNK);
    let rest = '';
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, size))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
}

/** Milliseconds since its worker was there last; undefined when it has left nothing. */
export function journalAge(dir: string, id: number): number | undefined {
  const times = partsOf(dir, id).map((name) => statSync(join(dir, name)).mtimeMs);
  return times.length === 0 ? undefined : Date.now() - Math.max(...times);
}

export function removeJournal(dir: string, id: number): void {
  for (const name of partsOf(dir, id)) rmSync(join(dir, name), { force: true });
}

/** Workers that have left a journal, the oldest first. */
export function journalOwners(dir: string): number[] {
  return [...new Set(names(dir).map((name) => Number(NAME.exec(name)?.[1])))].sort((a, b) => a - b);
}

function names(dir: string): string[] {
  return readdirSync(dir).filter((name) => NAME.test(name));
}
