/**
 * Exactly one answer to each request, in order, within the deadline, whatever happens. A second answer would
 * be taken for the answer to the next user's request: so what comes late is thrown away.
 */
import type { Log } from '../../bridge/log.ts';
import { metrics } from '../../bridge/metrics.ts';
import type { Outcome } from './decide.ts';
import { parseAuthRequest, type AuthRequest } from './request.ts';

export interface AnsweringOptions {
  readonly decide: (request: AuthRequest) => Promise<Outcome>;
  readonly write: (yes: boolean) => void;
  /** Milliseconds. */
  readonly deadline: number;
  readonly log: Log;
}

export class Answering {
  readonly #options: AnsweringOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  /** ejabberd asks a worker one thing at a time; should it ever not, the order is kept all the same. */
  take(payload: Buffer): void {
    this.#last = this.#last.then(() => this.#answer(payload));
  }

  async #answer(payload: Buffer): Promise<void> {
    const started = performance.now();
    const request = parseAuthRequest(payload);
    const outcome = await this.#within(request);
    this.#options.write(outcome === 'yes');
    metrics.auth.inc({ operation: request.operation, outcome });
    this.#tell(request, outcome, Math.round(performance.now() - started));
  }

  async #within(request: AuthRequest): Promise<Outcome> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome>((resolve) => {
      timer = setTimeout(resolve, this.#options.deadline, 'unavailable');
    });
    try {
      return await Promise.race([this.#decide(request), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #decide(request: AuthRequest): Promise<Outcome> {
    try {
      return await this.#options.decide(request);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a request failed');
      return 'unavailable';
    }
  }

  #tell(request: AuthRequest, outcome: Outcome, ms: number): void {
    const { log } = this.#options;
    const who = request.operation === 'refused' ? { asked: request.asked } : { user: request.localPart };
    const line = { operation: request.operation, outcome, ms, ...who };
    if (outcome === 'unavailable') log.error(line, 'auth: the directory does not answer');
    else if (outcome === 'limited') log.warn(line, 'auth: too many wrong passwords');
    else if (outcome === 'yes' || request.operation === 'isuser') log.debug(line, 'auth');
    else log.info(line, 'auth');
  }
}
