/** The pids of the bridge's supervisor and worker, from the file that the supervisor keeps true. */
import { mkdirSync, readFileSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

export class SupervisorPids {
  readonly path: string;
  readonly #watcher: FSWatcher;

  /** `dir` is to hold this file alone: every change in it is a change of the file. */
  constructor(dir: string, onChange: () => void) {
    mkdirSync(dir, { recursive: true });
    this.path = join(dir, 'pids.json');
    rmSync(this.path, { force: true }); // of a supervisor that was killed
    this.#watcher = watch(dir, { persistent: false }, onChange);
  }

  /** Empty when there is no supervisor. */
  get current(): Readonly<Record<string, number>> {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Record<string, number>;
    } catch {
      return {}; // it writes the file when it has a worker, and removes it at its end
    }
  }

  close(): void {
    this.#watcher.close();
  }
}
