/** A worker as its supervisor sees it. */
import { fork, type ChildProcess } from 'node:child_process';
import { WORKER_ID, type FromWorker, type ToWorker } from './messages.ts';

/** Characters of what it complained of last. */
const COMPLAINT = 2000;

export interface WorkerEvents {
  readonly said: (word: FromWorker) => void;
  /** `reason`: why, for a person. */
  readonly ended: (reason: string) => void;
}

export interface WorkerOptions {
  /** Names it, and its journal, to others: greater than those of workers before it. */
  readonly id: number;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Open files that it gets, from number 4 on. */
  readonly files: readonly number[];
}

export class WorkerProcess {
  readonly id: number;
  /** starting -> ready -> serving -> retiring -> retired -> ended: who retires gives, who is retired has nothing left */
  state: 'starting' | 'ready' | 'serving' | 'retiring' | 'retired' | 'ended' = 'starting';
  /** Monotonic milliseconds of its last sign of life, and of its start. */
  lastBeat = performance.now();
  readonly started = performance.now();
  /** Where it listens for workers that leave. */
  socket = '';
  /** Why it was killed, where it was. */
  #verdict: string | undefined;
  #complaint = '';
  /** Undefined when the system could not start it. */
  readonly #child: ChildProcess | undefined;

  constructor({ id, script, args, files, ...options }: WorkerOptions, events: WorkerEvents) {
    const env = { ...options.env, [WORKER_ID]: String(id) };
    this.id = id;
    const stdio = ['inherit', 'inherit', 'pipe', 'ipc', ...files] as ('inherit' | 'pipe' | 'ipc' | number)[];
    try {
      this.#child = fork(script, args, { stdio, env });
      this.#listen(this.#child, events);
    } catch (error) {
      // Most faults of the system are an event; that it has no memory left is thrown (Node, spawn).
      setImmediate(() => this.#end((error as Error).message, events));
    }
  }

  #listen(child: ChildProcess, events: WorkerEvents): void {
    child.stderr?.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-COMPLAINT);
    });
    child.on('message', (word) => this.#hear(word as FromWorker, events));
    child.on('error', (error) => this.#end(error.message, events));
    child.once('close', (code, signal) => this.#end(this.#reason(code, signal), events));
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  tell(word: ToWorker): void {
    if (this.#child?.connected === true) this.#child.send(word, () => undefined); // one that is gone is told by its end
  }

  /** Asks it to end, with its sessions. */
  terminate(): void {
    this.#child?.kill('SIGTERM');
  }

  kill(verdict: string): void {
    this.#verdict ??= verdict;
    this.#child?.kill('SIGKILL');
  }

  #hear(word: FromWorker, events: WorkerEvents): void {
    this.lastBeat = performance.now();
    events.said(word);
  }

  #end(reason: string, events: WorkerEvents): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    events.ended(reason);
  }

  #reason(code: number | null, signal: string | null): string {
    const how =
      this.#verdict ?? (signal === null ? `it ended with code ${code ?? 0}` : `it was ended by ${signal}`);
    return this.#complaint === '' ? how : `${how}: ${this.#complaint.trim()}`;
  }
}
