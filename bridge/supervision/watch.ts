/** Which workers are to go: those that start too long, hang, or have grown too large. */
import type { Config } from '../config/schema.ts';
import type { WorkerProcess } from './worker-process.ts';

const EVERY = 1000;
/** Milliseconds between two workers that are replaced as they are too large. */
const LARGE_PAUSE = 600_000;

export class Watch {
  readonly #config: Config['supervisor'];
  #last = performance.now();
  #lastLarge = -Infinity;

  constructor(config: Config['supervisor']) {
    this.#config = config;
  }

  begin(workers: ReadonlySet<WorkerProcess>): void {
    setInterval(() => this.#look(workers), EVERY).unref();
  }

  /** A supervisor that was itself not running knows nothing of the others. */
  #look(workers: ReadonlySet<WorkerProcess>): void {
    const now = performance.now();
    const wasAway = now - this.#last > 2 * EVERY;
    this.#last = now;
    for (const worker of workers) {
      if (wasAway) worker.lastBeat = now;
      this.#judge(worker, now);
    }
  }

  #judge(worker: WorkerProcess, now: number): void {
    const { startTimeout, hangTimeout } = this.#config;
    if (worker.state === 'starting') {
      if (now - worker.started > startTimeout * 1000) worker.kill('it was not ready in time');
    } else if (now - worker.lastBeat > hangTimeout * 1000) worker.kill('it gave no sign of life');
  }

  /** Is a worker that uses so many bytes to be replaced? Not again soon: the next may be as large at once. */
  isTooLarge(bytes: number): boolean {
    const { memory } = this.#config;
    const now = performance.now();
    if (memory === 0 || bytes <= memory * 1_000_000 || now - this.#lastLarge < LARGE_PAUSE) return false;
    this.#lastLarge = now;
    return true;
  }
}
