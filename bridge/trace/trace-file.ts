/**
 * Where the lines of a trace go: several processes append to one file, a whole line in one write each. What goes wrong
 * here (a full disk, no permission) loses lines, and nothing else.
 */
import { closeSync, constants, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileMode } from './orders.ts';

/** Never waits for a pipe, and follows no link. */
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
/** Milliseconds until a file that could not be written is tried again. */
const PAUSE = 1000;

export interface TraceFileOptions {
  readonly path: string;
  /** Bytes. */
  readonly most: number;
  /** The last line, where the file has come to that. */
  readonly lastLine: () => string;
  readonly failed: (error: unknown) => void;
}

export class TraceFile {
  readonly #options: TraceFileOptions;
  #file: number | undefined;
  /** Monotonic milliseconds until when nothing is tried. */
  #asleep = 0;
  /** Was the last line cut in the middle, as on a full disk? */
  #torn = false;

  constructor(options: TraceFileOptions) {
    this.#options = options;
  }

  /** @param line ends with its line break */
  append(line: string): void {
    if (performance.now() < this.#asleep) return;
    try {
      const { most, lastLine } = this.#options;
      const { file, size } = this.#opened();
      if (size >= most) return;
      const written = this.#write(file, line);
      if (size + written >= most) this.#write(file, lastLine());
    } catch (error) {
      this.#asleep = performance.now() + PAUSE;
      this.close();
      this.#options.failed(error);
    }
  }

  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }

  /** One that somebody has taken away meanwhile is made anew. */
  #opened(): { file: number; size: number } {
    let file = this.#file ?? this.#open();
    let found = fstatSync(file);
    if (found.nlink === 0) {
      this.close();
      file = this.#open();
      found = fstatSync(file);
    }
    if (!found.isFile()) throw new Error('the trace file is no file');
    return { file, size: found.size };
  }

  #open(): number {
    const { path } = this.#options;
    const mode = fileMode(dirname(path));
    const file = openSync(path, FLAGS, mode);
    this.#file = file;
    const { uid, mode: has } = fstatSync(file);
    if (uid === process.geteuid?.() && (has & 0o777) !== mode) fchmodSync(file, mode); // less the umask
    return file;
  }

  #write(file: number, line: string): number {
    const bytes = Buffer.from(this.#torn ? `\n${line}` : line);
    const written = writeSync(file, bytes);
    this.#torn = written < bytes.length;
    if (this.#torn) throw new Error('a line was written in part');
    return written;
  }
}
