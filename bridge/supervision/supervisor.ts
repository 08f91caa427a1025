/**
 * Keeps one worker serving: starts it, and another when it ends, hangs or grows too large; and has a new one take over
 * from it. It holds the listening sockets, knows whose journal nobody has taken over yet, and has no other wit, so that
 * it need not be deployed.
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backoff } from '../backoff.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { workerSocket, type Outcome } from './control.ts';
import type { FromWorker } from './messages.ts';
import { WorkerProcess, type WorkerOptions } from './worker-process.ts';

export type { Outcome } from './control.ts';

/** Milliseconds that a worker has to end; its own patience is shorter. */
const STOP_PATIENCE = 12_000;
/** A worker that lived so long was not a failed start: the pauses begin anew. */
const SETTLED = 10_000;
const CHECK_EVERY = 1000;
/** Times that a journal is offered: one that ends each worker that reads it would do so for ever. */
const OFFERS = 3;
/** Milliseconds between two workers that are replaced as they are too large. */
const LARGE_PAUSE = 600_000;

export interface SupervisorOptions {
  readonly config: Config['supervisor'];
  readonly worker: WorkerOptions;
  readonly log: Log;
  /** Of workers that nobody knows any more. */
  readonly orphans: readonly number[];
  readonly forget: (orphan: number) => void;
  readonly onPids: (worker: number) => void;
  readonly onEnd: (code: number) => void;
}

interface Deploy {
  readonly worker: WorkerProcess;
  readonly settle: (outcome: Outcome) => void;
  /** The one that leaves, once the new one serves. */
  leaving?: WorkerProcess;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #workers = new Set<WorkerProcess>();
  /** By pid: how often its journal has been offered. */
  readonly #orphans: Map<number, number>;
  #current: WorkerProcess | undefined;
  #deploy: Deploy | undefined;
  #failures = 0;
  #ending = false;
  #hasEnded = false;
  /** Has any worker served? A first start that fails is a person's to mend. */
  #everServed = false;
  #lastCheck = performance.now();
  #lastLarge = -Infinity;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#orphans = new Map(options.orphans.map((pid) => [pid, 0]));
    setInterval(() => this.#check(), CHECK_EVERY);
  }

  start(): void {
    if (this.#ending) return;
    this.#current = this.#startWorker();
    this.#options.onPids(this.#current.pid);
  }

  /** Has a new worker, of the code that is there now, take over. Resolves when it has, or when it could not. */
  deploy(): Promise<Outcome> {
    if (this.#deploy !== undefined)
      return Promise.resolve({ ok: false, text: 'another deploy is under way' });
    if (this.#ending || this.#current?.state !== 'serving')
      return Promise.resolve({
        ok: false,
        text: 'no worker serves at the moment: one is being started anyway',
      });
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        this.#deploy = undefined;
        this.#options.log.event('deploy-over', { ok: outcome.ok, reason: outcome.text });
        resolve(outcome);
      };
      this.#deploy = { worker: this.#startWorker(), settle };
    });
  }

  /** Ends the workers with their sessions, then itself. A second call does it at once. */
  stop(): void {
    const force = this.#ending;
    this.#ending = true;
    if (this.#workers.size === 0) this.#end(0);
    for (const worker of this.#workers) {
      if (force) worker.kill('told to end at once');
      else worker.terminate();
    }
    setTimeout(() => this.#workers.forEach((worker) => worker.kill('did not end')), STOP_PATIENCE).unref();
  }

  #end(code: number): void {
    if (this.#hasEnded) return;
    this.#ending = this.#hasEnded = true;
    this.#options.onEnd(code);
  }

  #startWorker(): WorkerProcess {
    const worker: WorkerProcess = new WorkerProcess(this.#options.worker, {
      said: (word) => this.#hear(worker, word),
      ended: (reason) => this.#ended(worker, reason),
    });
    this.#workers.add(worker);
    this.#options.log.event('worker-started', { worker: worker.pid });
    return worker;
  }

  #hear(worker: WorkerProcess, word: FromWorker): void {
    if (word.type === 'ready') this.#ready(worker, word.socket);
    else if (word.type === 'serving') this.#serves(worker);
    else if (word.type === 'adopted') this.#adopted(word.orphans);
    else if (word.type === 'beat') this.#weigh(worker, word.memory);
    else if (word.type === 'retired') this.#retired(worker);
    else this.#options.log.event('worker-not-retired', { worker: worker.pid, reason: word.reason });
  }

  /** From here on there is no way back: the one before leaves. */
  #ready(worker: WorkerProcess, socket: string): void {
    worker.state = 'ready';
    worker.socket = socket;
    const before = this.#current;
    if (before !== undefined && before !== worker && before.state === 'serving') before.state = 'retiring';
    const givers = [...this.#workers].filter(({ state }) => state === 'retiring');
    worker.tell({ type: 'serve', givers: givers.length, orphans: this.#offered() });
    for (const giver of givers) giver.tell({ type: 'retire', to: socket });
    if (before !== undefined && before !== worker && before.state === 'retiring')
      setTimeout(
        () => before.kill('it did not hand over in time'),
        this.#options.config.handOverTimeout * 1000,
      ).unref();
    if (this.#deploy?.worker === worker && before !== undefined) this.#deploy.leaving = before;
    this.#current = worker;
    this.#options.onPids(worker.pid);
  }

  #serves(worker: WorkerProcess): void {
    worker.state = 'serving';
    this.#everServed = true;
    this.#options.log.event('worker-serves', { worker: worker.pid });
  }

  /** Those whose journal has ended several workers are given up. */
  #offered(): number[] {
    for (const [pid, offers] of this.#orphans) {
      if (offers < OFFERS) this.#orphans.set(pid, offers + 1);
      else {
        this.#options.log.event('journal-removed', { worker: pid });
        this.#adopted([pid]);
      }
    }
    return [...this.#orphans.keys()];
  }

  #adopted(orphans: readonly number[]): void {
    for (const pid of orphans) {
      this.#orphans.delete(pid);
      this.#options.forget(pid);
    }
  }

  #retired(worker: WorkerProcess): void {
    if (this.#deploy?.leaving !== worker) return;
    this.#deploy.settle({
      ok: true,
      text: `worker ${this.#current?.pid ?? 0} has taken over from ${worker.pid}`,
    });
  }

  #ended(worker: WorkerProcess, reason: string): void {
    const wasRetired = worker !== this.#current && worker !== this.#deploy?.worker;
    this.#workers.delete(worker);
    removeSockets(worker);
    if (this.#ending) {
      if (this.#workers.size === 0) this.#end(0);
    } else if (worker === this.#current) this.#lost(worker, reason);
    else if (this.#deploy?.worker === worker)
      this.#deploy.settle({
        ok: false,
        text: `the new worker did not become ready (${reason}): the old one stays`,
      });
    else if (wasRetired) this.#afterRetirement(worker, reason);
  }

  /** It has gone with all that it had: its successor begins with its journal. */
  #lost(worker: WorkerProcess, reason: string): void {
    const { log } = this.#options;
    if (!this.#everServed) {
      this.#end(1);
      return;
    }
    this.#orphans.set(worker.pid, 0);
    this.#deploy?.settle({ ok: false, text: `the worker that serves has ended meanwhile (${reason})` });
    this.#failures = performance.now() - worker.started > SETTLED ? 0 : this.#failures + 1;
    const pause =
      this.#failures === 0 ? 0 : backoff(this.#failures - 1, Math.random(), { base: 100, most: 10_000 });
    log.event('worker-ended', { worker: worker.pid, reason, pause });
    setTimeout(() => this.start(), pause);
  }

  /** What it had not handed over stands in its journal; nothing does when it has ended as it should. */
  #afterRetirement(worker: WorkerProcess, reason: string): void {
    this.#options.log.event('worker-left', { worker: worker.pid, reason });
    if (this.#deploy?.leaving === worker)
      this.#deploy.settle({
        ok: true,
        text: `worker ${this.#current?.pid ?? 0} has taken over; the old one ended early (${reason})`,
      });
    this.#orphans.set(worker.pid, 0);
    if (this.#current?.state === 'serving') this.#current.tell({ type: 'adopt', orphans: this.#offered() });
  }

  /** Starts too long, hangs, or nothing at all: a supervisor that was itself not running knows nothing of the others. */
  #check(): void {
    const now = performance.now();
    const wasAway = now - this.#lastCheck > 2 * CHECK_EVERY;
    this.#lastCheck = now;
    const { startTimeout, hangTimeout } = this.#options.config;
    for (const worker of this.#workers) {
      if (wasAway) worker.lastBeat = now;
      const isStarting = worker.state === 'starting';
      if (isStarting && now - worker.started > startTimeout * 1000) worker.kill('it was not ready in time');
      else if (!isStarting && now - worker.lastBeat > hangTimeout * 1000)
        worker.kill('it gave no sign of life');
    }
  }

  #weigh(worker: WorkerProcess, bytes: number): void {
    const { memory } = this.#options.config;
    const now = performance.now();
    if (memory === 0 || bytes <= memory * 1_000_000 || worker !== this.#current || this.#deploy !== undefined)
      return;
    if (worker.state !== 'serving' || now - this.#lastLarge < LARGE_PAUSE) return;
    this.#lastLarge = now;
    this.#options.log.event('worker-too-large', { worker: worker.pid, bytes });
    void this.deploy();
  }
}

/** Those of a worker that was killed are left. */
function removeSockets({ socket, pid }: WorkerProcess): void {
  if (socket === '') return; // it had none yet
  for (const path of [socket, workerSocket(dirname(socket), pid)]) rmSync(path, { force: true });
}
