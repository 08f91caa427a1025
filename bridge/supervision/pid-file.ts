/** The pid file: {"supervisor": pid, "worker": pid}, kept true; the worker of the second place is `worker2`, and so on. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Log } from '../log.ts';

export class PidFile {
  readonly #file: string | undefined;
  readonly #log: Log;
  readonly #pids: Record<string, number> = { supervisor: process.pid };

  /** @param file undefined: there is none */
  constructor(file: string | undefined, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** A file that can't be written, as on a full disk, must not end a supervisor and all its workers with it. */
  set(place: number, worker: number): void {
    this.#pids[place === 1 ? 'worker' : `worker${place}`] = worker;
    if (this.#file === undefined) return;
    try {
      writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.#pids)}\n`);
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      this.#log.event('pids-not-written', { err: error });
    }
  }

  remove(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }
}
