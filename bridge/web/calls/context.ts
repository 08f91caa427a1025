/** What the calls of docs/protocol.md work with. */
import type { Limits } from '../../config/schema.ts';
import type { Expected } from '../../session/expected.ts';
import type { Keeping } from '../../session/keeping.ts';
import type { Live } from '../../session/live.ts';
import type { Clock, SignOutsSince } from '../../session/ports.ts';
import { spend } from '../../session/rate.ts';
import type { Sending } from '../../session/sending.ts';
import type { Sessions } from '../../session/sessions.ts';
import type { UnderWay } from '../../session/under-way.ts';
import type { VerifyToken } from '../token.ts';

export interface CallContext {
  readonly sessions: Sessions;
  /** Sessions that other workers are about to bring. */
  readonly expected: Expected;
  /** The calls of each user that are being done. */
  readonly underWay: UnderWay;
  readonly sending: Sending;
  readonly keeping: Keeping;
  readonly verifyToken: VerifyToken;
  readonly signOuts: SignOutsSince;
  /** Has this user the chat, in a gradual roll-out? @throws CallError `unavailable`: nobody can say */
  readonly mayChat: (user: string) => Promise<boolean>;
  readonly limits: Limits;
  readonly clock: Clock;
}

/**
 * The session of a small call, of which a user may make so many a second.
 *
 * @throws CallError `gone`, `rate-limited`
 */
export function liveFor({ sessions, limits, clock }: CallContext, who: { u: string; tab: string }): Live {
  const { live } = sessions.find(who.u, who.tab);
  const rate = { rate: limits.callRate, burst: limits.callBurst };
  spend(live.session.calls, rate, clock(), 'too many calls at once');
  return live;
}
