/** Logins take turns, with their set-up: a restart of ejabberd must not bring everybody at once. */
import { CallSite } from '../call-site.ts';
import { metrics } from '../metrics.ts';
import type { Turns } from '../turns.ts';
import { noTurn } from '../waited.ts';
import { StreamError } from './stream-error.ts';

export interface LoginTurns {
  /** Lets so many log in, and be set up, at once. */
  readonly logins: Turns;
  /** Milliseconds that a login waits for its turn. */
  readonly patience: number;
  /** Does anybody wait for it still? */
  readonly isWanted: () => boolean;
}

/**
 * What a login asks of the databases is little beside the roster and the archive of its set-up: `work` is both.
 *
 * @throws StreamError `login-…` when no turn was to be had, `closed` when nobody wants it any more; what `work` throws
 */
export async function inTurn<T>(
  { logins, patience, isWanted }: LoginTurns,
  work: () => Promise<T>,
): Promise<T> {
  const [started, site] = [performance.now(), new CallSite()];
  const turn = await logins.take(patience);
  if (turn !== 'taken') {
    const cause = noTurn('a login', started, logins.state, site);
    throw new StreamError(`login-${turn}`, `the login waited in vain (${turn})`, cause);
  }
  const task = logins.underWay.begin('a login and its set-up');
  try {
    if (!isWanted()) throw new StreamError('closed', 'nobody waits for this login any more');
    return await work();
  } finally {
    logins.give();
    logins.underWay.end(task);
    metrics.loginSeconds.observe((performance.now() - task.since) / 1000);
  }
}
