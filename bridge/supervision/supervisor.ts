/**
 * Keeps one worker serving: starts it, and another when it ends, hangs or grows too large; and has a new one take over
 * from it. It holds the listening sockets, knows whose journal nobody has taken over yet, and has no other wit, so that
 * it need not be deployed.
 *
 *   current: starting -> ready -> serving -> retiring -> retired    when the next is ready, which is current from then on
 *            any of these -> ended                                  then one is started, unless a deploy has one under way
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backoff } from '../backoff.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { adminSocket, type Outcome } from './control.ts';
import { Deploy, refused } from './deploy.ts';
import { LeftJournals } from './left-journals.ts';
import type { FromWorker } from './messages.ts';
import { Watch } from './watch.ts';
import { WorkerProcess, type WorkerOptions } from './worker-process.ts';

export type { Outcome } from './control.ts';

/** Milliseconds that a worker has to end; its own patience is shorter. */
const STOP_PATIENCE = 12_000;
/** A worker that lived so long was not a failed start: the pauses begin anew. */
const SETTLED = 10_000;
/** Milliseconds until a worker that could not hand over tries again. */
const AGAIN = 1000;
/** What it gave to a worker that leaves itself would end with that one. */
const STILL_GIVING = 'a worker that leaves has sessions left to hand over: try again when it has gone';

export interface SupervisorOptions {
  readonly config: Config['supervisor'];
  readonly worker: Omit<WorkerOptions, 'id'>;
  readonly log: Log;
  /** Of workers that nobody knows any more, the oldest first. */
  readonly orphans: readonly number[];
  readonly forget: (orphan: number) => void;
  readonly onPids: (worker: number) => void;
  readonly onEnd: (code: number) => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #journals: LeftJournals;
  readonly #watch: Watch;
  #current: WorkerProcess | undefined;
  #deploy: Deploy | undefined;
  #lastId = 0;
  #failures = 0;
  #ending = false;
  #hasEnded = false;
  /** Has any worker served? A first start that fails is a person's to mend. */
  #everServed = false;

  constructor(options: SupervisorOptions) {
    const { config, orphans, forget, log } = options;
    this.#options = options;
    this.#journals = new LeftJournals(orphans, forget, log);
    this.#watch = new Watch(config);
    this.#watch.begin(this.#workers);
  }

  start(): void {
    if (!this.#ending) this.#becomesCurrent(this.#startWorker());
  }

  /** Has a new worker, of the code that is there now, take over. Resolves when it has, or when it could not. */
  async deploy(): Promise<Outcome> {
    const outcome = await this.#tryDeploy();
    this.#options.log.event('deploy-over', { ok: outcome.ok, reason: outcome.text });
    return outcome;
  }

  async #tryDeploy(): Promise<Outcome> {
    if (this.#deploy !== undefined) return refused('another deploy is under way');
    if (this.#ending) return refused('the bridge is being stopped');
    if (this.#current?.state !== 'serving')
      return refused('no worker serves at the moment: one is being started anyway');
    if (this.#giving.length > 0) return refused(STILL_GIVING);
    this.#deploy = new Deploy(this.#startWorker());
    const outcome = await this.#deploy.outcome;
    this.#deploy = undefined;
    return outcome;
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
    this.#lastId = Math.max(this.#lastId + 1, Date.now());
    const options = { ...this.#options.worker, id: this.#lastId };
    const worker: WorkerProcess = new WorkerProcess(options, {
      said: (word) => this.#hear(worker, word),
      ended: (reason) => this.#ended(worker, reason),
    });
    this.#workers.add(worker);
    this.#options.log.event('worker-started', { worker: worker.pid });
    return worker;
  }

  get #giving(): WorkerProcess[] {
    return [...this.#workers].filter(({ state }) => state === 'retiring');
  }

  #becomesCurrent(worker: WorkerProcess): void {
    this.#current = worker;
    this.#options.onPids(worker.pid);
  }

  #hear(worker: WorkerProcess, word: FromWorker): void {
    if (word.type === 'ready') this.#ready(worker, word.socket);
    else if (word.type === 'serving') this.#serves(worker);
    else if (word.type === 'adopted') this.#journals.adopted(word.orphans);
    else if (word.type === 'beat') this.#weigh(worker, word.memory);
    else if (word.type === 'retired') this.#retired(worker);
    else this.#notRetired(worker, word.reason);
  }

  /** From here on there is no way back: the one before leaves. */
  #ready(worker: WorkerProcess, socket: string): void {
    worker.state = 'ready';
    worker.socket = socket;
    const before = this.#current;
    if (before !== undefined && before !== worker) this.#retires(before);
    const givers = this.#giving;
    worker.tell({ type: 'serve', givers: givers.length, orphans: this.#journals.all });
    for (const giver of givers) giver.tell({ type: 'retire', to: socket });
    this.#becomesCurrent(worker);
  }

  #retires(worker: WorkerProcess): void {
    const { handOverTimeout } = this.#options.config;
    worker.state = 'retiring';
    if (this.#deploy !== undefined) this.#deploy.leaving = worker;
    setTimeout(() => worker.kill('it did not hand over in time'), handOverTimeout * 1000).unref();
  }

  #serves(worker: WorkerProcess): void {
    worker.state = 'serving';
    this.#everServed = true;
    this.#options.log.event('worker-serves', { worker: worker.pid });
  }

  #retired(worker: WorkerProcess): void {
    worker.state = 'retired';
    if (this.#deploy?.leaving === worker) this.#deploy.handedOver();
  }

  /**
   * A successor that has ended is followed by another. One that is ready has been told to this worker in vain, as it was
   * at work for the one before, and waits for its word before it serves.
   */
  #notRetired(worker: WorkerProcess, reason: string): void {
    this.#options.log.event('worker-not-retired', { worker: worker.pid, reason });
    setTimeout(() => {
      const { state, socket = '' } = this.#current ?? {};
      if (state === 'ready' || state === 'serving') worker.tell({ type: 'retire', to: socket });
    }, AGAIN);
  }

  #ended(worker: WorkerProcess, reason: string): void {
    this.#workers.delete(worker);
    removeSockets(worker);
    if (this.#ending) {
      if (this.#workers.size === 0) this.#end(0);
    } else if (worker === this.#current) this.#lost(worker, reason);
    else if (worker === this.#deploy?.worker) this.#neverServed(worker, reason);
    else this.#left(worker, reason);
  }

  /** It may have begun a journal, with nobody in it. */
  #neverServed(worker: WorkerProcess, reason: string): void {
    this.#options.forget(worker.id);
    this.#deploy?.notReady(reason);
  }

  /** It has gone with all that it had: its successor begins with its journal. */
  #lost(worker: WorkerProcess, reason: string): void {
    const { log } = this.#options;
    if (!this.#everServed) {
      this.#end(1);
      return;
    }
    if (worker.socket !== '') this.#journals.blame(); // it was ready, and was given them
    this.#journals.leave(worker.id);
    this.#failures = performance.now() - worker.started > SETTLED ? 0 : this.#failures + 1;
    const pause =
      this.#failures === 0 ? 0 : backoff(this.#failures - 1, Math.random(), { base: 100, most: 10_000 });
    log.event('worker-ended', { worker: worker.pid, reason, pause });
    const next = this.#deploy?.worker === worker ? undefined : this.#deploy?.worker;
    this.#deploy?.lost(reason);
    if (next === undefined) setTimeout(() => this.start(), pause);
    else this.#becomesCurrent(next); // two would serve, else
  }

  /** What it had not handed over stands in its journal; nothing does when it has ended as it should. */
  #left(worker: WorkerProcess, reason: string): void {
    this.#options.log.event('worker-left', { worker: worker.pid, reason });
    if (this.#deploy?.leaving === worker) this.#deploy.endedEarly(reason);
    this.#journals.leave(worker.id);
    // One that is not ready yet is given all journals when it is.
    if (this.#current?.socket !== '') this.#current?.tell({ type: 'adopt', orphans: [worker.id] });
  }

  #weigh(worker: WorkerProcess, bytes: number): void {
    if (worker !== this.#current || worker.state !== 'serving' || this.#deploy !== undefined) return;
    if (!this.#watch.isTooLarge(bytes)) return;
    this.#options.log.event('worker-too-large', { worker: worker.pid, bytes });
    void this.deploy();
  }
}

/** Those of a worker that was killed are left. */
function removeSockets({ socket, pid }: WorkerProcess): void {
  if (socket === '') return; // it had none yet
  for (const path of [socket, adminSocket(dirname(socket), pid)]) rmSync(path, { force: true });
}
