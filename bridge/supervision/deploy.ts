/** A deploy: a new worker starts, then serves, while the one before leaves; and what is told at its end. */
import type { Outcome } from './control.ts';
import type { WorkerProcess } from './worker-process.ts';

export const refused = (text: string): Outcome => ({ ok: false, text });

export class Deploy {
  readonly worker: WorkerProcess;
  /** The one that leaves, once there is no way back. */
  leaving: WorkerProcess | undefined;
  readonly outcome: Promise<Outcome>;
  #settle: (outcome: Outcome) => void = () => undefined;

  constructor(worker: WorkerProcess) {
    this.worker = worker;
    this.outcome = new Promise((resolve) => (this.#settle = resolve));
  }

  handedOver(): void {
    this.#settle({
      ok: true,
      text: `worker ${this.worker.pid} has taken over from ${this.leaving?.pid ?? 0}`,
    });
  }

  /** What the old one had not given was taken from its journal. */
  endedEarly(reason: string): void {
    this.#settle({
      ok: true,
      text: `worker ${this.worker.pid} has taken over; the old one ended early (${reason})`,
    });
  }

  notReady(reason: string): void {
    this.#settle(refused(`the new worker did not become ready (${reason}): the old one stays`));
  }

  lost(reason: string): void {
    this.#settle(refused(`the worker that serves has ended meanwhile (${reason})`));
  }
}
