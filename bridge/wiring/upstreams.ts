/** How XMPP sessions are opened: by the settings, in turns, and for whom the site has not sent away. */
import { randomBytes } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { collectOnScrape, fromZero, metrics } from '../metrics.ts';
import { Seldom } from '../seldom.ts';
import type { OpenUpstream } from '../session/ports.ts';
import type { Directory } from '../site/directory.ts';
import type { SignOuts } from '../store/sign-outs.ts';
import { requestOf } from '../trace/request.ts';
import { Turns } from '../turns.ts';
import { mintTicket } from '../xmpp/ticket.ts';
import { XmppUpstream } from '../xmpp/upstream.ts';

/** Since its session was opened, at this moment (Unix seconds). */
type IsToGo = (user: string, since: number) => Promise<'removed' | 'signed-out' | undefined>;

export function isToGo(directory: Directory, signOuts: SignOuts): IsToGo {
  return async (user, since) => {
    const [person, isOut] = await Promise.all([directory.user(user), signOuts.since(user, since)]);
    if (person === undefined) return 'removed';
    return isOut ? 'signed-out' : undefined;
  };
}

export function upstreamOpener(config: Config, log: Log, toGo: IsToGo): OpenUpstream {
  const { host, port, tls, timeout, resumeTimeout, outboundQueue, loginsAtOnce, loginQueue, loginPatience } =
    config.xmpp;
  const logins = new Turns(loginsAtOnce, loginQueue, { used: 'logins', waiting: 'login-queue' });
  const told = new Seldom();
  fromZero(metrics.notSent, { what: 'message' }, { what: 'notice' });
  fromZero(metrics.refusedInput, { reason: 'roster-push-forged' }, { reason: 'carbon-forged' });
  collectOnScrape(() => {
    metrics.logins.set(logins.waiting);
    metrics.loginsUnderWay.set(logins.used);
  });
  return (user, session, before) => {
    return new XmppUpstream({
      user,
      host,
      port,
      tls,
      domain: config.domain,
      // One for each XMPP session: the end of an old one must not take the presence of its successor along.
      resource: `web-${randomBytes(6).toString('hex')}`,
      timeout: timeout * 1000,
      resumeTimeout,
      queue: outboundQueue,
      catchUp: config.limits.catchUp,
      snapshot: config.limits.snapshot,
      credential: () => mintTicket(config.ticket, user, new Date(), requestOf(user)),
      isToGo: (since) => toGo(user, since),
      opened: Date.now() / 1000,
      logins,
      patience: loginPatience * 1000,
      log: log.child({ user }),
      told,
      session,
      before,
      onFault: (reason) => metrics.linkFaults.inc({ reason }),
      onIgnored: (reason) => metrics.refusedInput.inc({ reason }),
      onFull: (what) => metrics.notSent.inc({ what }),
    });
  };
}
