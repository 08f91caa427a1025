/**
 * Is the other side of a link still there? A server that hangs, or whose machine is gone without a word, looks
 * like a quiet one. So after some silence it is asked, and without a word in time it counts as dead.
 *
 *   quiet --nothing heard--> asked --nothing heard--> dead
 *     ^------ heard ----------'
 */
export interface LivenessOptions {
  /** Milliseconds of silence until it is asked, and for an answer. */
  readonly quiet: number;
  readonly patience: number;
  readonly ask: () => void;
  readonly dead: () => void;
}

export class Liveness {
  readonly #options: LivenessOptions;
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** Called for whatever comes: it need not be an answer. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  start(): void {
    this.stop();
    this.heard();
    this.#listen();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
  }

  #listen(): void {
    const left = this.#heardAt + this.#options.quiet - performance.now();
    this.#timer = setTimeout(() => (left > 0 ? this.#listen() : this.#ask()), Math.max(left, 0));
  }

  #ask(): void {
    const askedAt = performance.now();
    this.#options.ask();
    this.#timer = setTimeout(() => {
      // A process that was itself held up finds its timers due before it has read what came meanwhile.
      this.#turn = setImmediate(() => (this.#heardAt < askedAt ? this.#options.dead() : this.#listen()));
    }, this.#options.patience);
  }
}
