/**
 * The one who decides, in a thread of its own: a password hash takes a core for up to some seconds, and the thread
 * that keeps the deadline must not be the one that is busy. A thread that ends is replaced at the next request.
 */
import { Worker } from 'node:worker_threads';
import type { Outcome } from './decide.ts';
import type { AuthRequest } from './request.ts';

/** What the thread is told of its process. */
export interface JudgeData {
  readonly config: string;
  readonly log: string | 2;
}

export interface Case {
  readonly number: number;
  /** Unix milliseconds after which nobody waits for the verdict. */
  readonly until: number;
  readonly request: AuthRequest;
}

/** No outcome: a fault of ours, which the thread has logged. */
export interface Verdict {
  readonly number: number;
  readonly outcome?: Outcome;
}

/** What the thread says when it has loaded. */
export const READY = 'ready';

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

export class Judge {
  /** Settles when the first thread has loaded, or failed to. */
  readonly ready: Promise<void>;
  readonly #data: JudgeData;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #number = 0;

  constructor(data: JudgeData) {
    this.#data = data;
    const thread = this.#start();
    this.#thread = thread;
    this.ready = new Promise((resolve) => {
      thread.once('message', () => resolve()); // READY, its first word
      thread.once('exit', () => resolve());
    });
  }

  /** Rejects when the thread failed. Whoever asks has the deadline, of `patience` milliseconds. */
  decide(request: AuthRequest, patience: number): Promise<Outcome> {
    const thread = (this.#thread ??= this.#start());
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      thread.postMessage({ number, request, until: Date.now() + patience } satisfies Case);
    });
  }

  /** Ends the thread, and with it whatever it does: it writes no file any more. Nobody is answered. */
  async end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(new URL('./judging.js', import.meta.url), { workerData: this.#data });
    thread.on('message', (word: Verdict | typeof READY) => {
      if (word === READY) return;
      const { number, outcome } = word;
      const waiting = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (outcome === undefined) waiting?.reject(new Error('the judge could not decide'));
      else waiting?.resolve(outcome);
    });
    thread.on('error', (error) => this.#ended(thread, error));
    thread.on('exit', (code) => this.#ended(thread, new Error(`the judge ended with ${code}`)));
    return thread;
  }

  #ended(thread: Worker, cause: unknown): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error('the judge has ended', { cause }));
    this.#waiting.clear();
  }
}
