/**
 * Exactly one answer to each request, in order, within the deadline, whatever happens. A second answer would
 * be taken for the answer to the next user's request: so what comes late is thrown away.
 */
import type { Log, LogEvent } from '../../bridge/log.ts';
import { fromZero, metrics } from '../../bridge/metrics.ts';
import { userIdOf } from '../../bridge/xmpp/jid.ts';
import { requestOfTicket } from '../../bridge/xmpp/ticket.ts';
import type { Outcome } from './decide.ts';
import { parseAuthRequest, type AuthRequest } from './request.ts';

export interface AnsweringOptions {
  readonly decide: (request: AuthRequest) => Promise<Outcome>;
  readonly write: (yes: boolean) => void;
  /** Milliseconds for each operation. */
  readonly deadlines: Readonly<Record<AuthRequest['operation'], number>>;
  readonly log: Log;
}

export class Answering {
  readonly #options: AnsweringOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: AnsweringOptions) {
    this.#options = options;
    for (const operation of Object.keys(options.deadlines))
      fromZero(metrics.auth, { operation, outcome: 'unavailable' });
  }

  /** ejabberd asks a worker one thing at a time; should it ever not, the order is kept all the same. */
  take(payload: Buffer): void {
    this.#last = this.#last.then(() => this.#answer(payload));
  }

  async #answer(payload: Buffer): Promise<void> {
    const started = performance.now();
    const request = parseAuthRequest(payload);
    const outcome = await this.#within(request);
    this.#options.write(isYes(request, outcome));
    metrics.auth.inc({ operation: request.operation, outcome });
    this.#tell(request, outcome, Math.round(performance.now() - started));
  }

  async #within(request: AuthRequest): Promise<Outcome> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome>((resolve) => {
      timer = setTimeout(resolve, this.#options.deadlines[request.operation], 'unavailable');
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
      this.#options.log.event('auth-request-failed', { err: error });
      return 'unavailable';
    }
  }

  #tell(request: AuthRequest, outcome: Outcome, ms: number): void {
    const { log } = this.#options;
    const who = whoIn(request);
    const isTraced = 'user' in who && log.traceOf(who.user) !== undefined;
    const call = isTraced && outcome === 'yes' ? callOf(request) : {};
    log.event(eventOf(request, outcome), { operation: request.operation, outcome, ms, ...who, ...call });
  }
}

/** The site's id, where a local part is one of an id. */
function whoIn(request: AuthRequest): { asked: string } | { user: string } {
  if (request.operation === 'refused') return { asked: request.asked };
  return { user: userIdOf(request.localPart) ?? request.localPart };
}

/** The call of a browser for which the bridge signs in: of a ticket that was good. */
function callOf(request: AuthRequest): { request?: string } {
  const call = request.operation === 'auth' ? requestOfTicket(request.password) : undefined;
  return call === undefined ? {} : { request: call };
}

function eventOf({ operation }: AuthRequest, outcome: Outcome): LogEvent {
  if (operation === 'isuser' && outcome !== 'unavailable') return 'auth-user-asked';
  return `auth-${outcome}`;
}

/**
 * `isuser` lets nobody in. It is asked when a friend writes to somebody who is away: with a no the message would be
 * lost, so when nobody can say, it is kept.
 */
function isYes({ operation }: AuthRequest, outcome: Outcome): boolean {
  return outcome === 'yes' || (operation === 'isuser' && outcome === 'unavailable');
}
