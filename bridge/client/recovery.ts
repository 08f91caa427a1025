/** What a tab does after a fault. Pure: the loop in connection.ts obeys. */
import type { CallFault, FaultCode } from './faults.ts';

/** What the loop is to do next. `stop` ends it until somebody calls `start`. */
export type Step = 'connect-token' | 'connect-tab' | 'poll' | 'stop';

/** Milliseconds. The first retry within half a second, then slower, and twice a minute at the slowest. */
const BACK_OFF_BASE = 500;
const BACK_OFF_MOST = 30_000;

/** A `retryAfter` is stretched by up to half, so that all who were told the same do not come at once. */
const RETRY_AFTER_SPREAD = 0.5;

/** `gone` leads to connect: with the old tab first (a new worker may know it), then with a fresh token. */
export function stepAfter(step: Step, code: FaultCode): Step {
  switch (code) {
    case 'gone':
      return step === 'poll' ? 'connect-tab' : 'connect-token';
    case 'bad-token':
    case 'token-expired':
      return 'connect-token';
    case 'bad-request':
    case 'not-friends':
    case 'too-large':
      // A tab or cursor of another version may be at fault; a refused connect would be refused for ever.
      return step === 'connect-token' ? 'stop' : 'connect-token';
    case 'rate-limited':
    case 'too-many-tabs':
    case 'unavailable':
    case 'internal':
    case 'network':
      return step;
  }
}

/**
 * Milliseconds to wait before the next step. `failures` counts the faults since the last poll that was
 * answered: the first time the way back is taken at once where the step changes.
 */
export function delayBefore(
  fault: Pick<CallFault, 'retryAfter'>,
  { failures, sameStep, random }: { failures: number; sameStep: boolean; random: () => number },
): number {
  if (fault.retryAfter !== undefined) return fault.retryAfter * 1000 * (1 + RETRY_AFTER_SPREAD * random());
  return failures === 0 && !sameStep ? 0 : backOff(failures, random);
}

/** Exponential with full jitter: anything from nothing to the bound, which doubles with each failure. */
export function backOff(failures: number, random: () => number): number {
  return random() * Math.min(BACK_OFF_MOST, BACK_OFF_BASE * 2 ** Math.min(failures, 16));
}

export type Fate = 'refused' | 'retry' | 'reconnect';

/** Times that `internal` is taken for a passing fault of one message. */
const INTERNAL_TRIES = 5;

/** What becomes of a message whose `send` failed for the (`failures` + 1)th time. */
export function fateOf(code: FaultCode, failures: number): Fate {
  switch (code) {
    case 'gone':
    case 'bad-token':
    case 'token-expired':
      return 'reconnect';
    case 'bad-request':
    case 'not-friends':
    case 'too-large':
      return 'refused';
    case 'internal':
      return failures + 1 < INTERNAL_TRIES ? 'retry' : 'refused';
    case 'rate-limited':
    case 'too-many-tabs':
    case 'unavailable':
    case 'network':
      return 'retry';
  }
}
