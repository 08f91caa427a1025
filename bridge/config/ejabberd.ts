/** The two ways to ejabberd: as the users' client, and as a component of it. */
import { z } from 'zod';
import { count, host, port, seconds, secret } from './values.ts';

export const xmpp = z.strictObject({
  host: host.default('127.0.0.1').describe('Where ejabberd takes clients: beside the bridge.'),
  port: port.default(5221).describe('The loopback listener of `ejabberd.yml`, without STARTTLS.'),
  tls: z
    .boolean()
    .default(false)
    .describe(
      'STARTTLS: needed when ejabberd is on another machine. On loopback it would cost processor time and keep nobody out.',
    ),
  timeout: seconds(0.1, 120)
    .default(10)
    .describe(
      'For each step: connect, authenticate, bind, and an IQ’s answer. A busy ejabberd answers in milliseconds, one that starts in seconds.',
    ),
  loginsAtOnce: count(1, 1000)
    .default(20)
    .describe(
      'Logins under way at once, so that a restart of ejabberd is no stampede: each asks for a password, a roster and the archive.',
    ),
  loginQueue: count(1, 1_000_000)
    .default(10_000)
    .describe(
      'Logins that may wait behind those; the next is refused as `unavailable`. More than `limits.sessions`, so that after a restart all of them may wait.',
    ),
  loginPatience: seconds(1, 3600)
    .default(600)
    .describe(
      'That a login waits for its turn, as long as somebody may still come for it. Longer than all sessions of a worker take: who gives up has to begin again behind all others.',
    ),
  resumeTimeout: seconds(0, 600)
    .default(60)
    .describe(
      'That ejabberd keeps a cut stream for resumption (XEP-0198): longer than a switch or ejabberd’s own network takes to heal. Friends see nothing of it.',
    ),
  outboundQueue: count(10, 100_000)
    .default(500)
    .describe(
      'Stanzas under way to ejabberd and not acknowledged, for each user; then `unavailable`. More than a person causes in a minute.',
    ),
});

export const component = z.strictObject({
  host: host.default('127.0.0.1').describe('Where ejabberd takes components.'),
  port: port.default(5347).describe('ejabberd’s usual one for that.'),
  secret: secret.describe('The one of `ejabberd.yml`.'),
  adminHost: host
    .default('127.0.0.1')
    .describe(
      'Where the component tells metrics and health, and `im-bridge status` asks: of this machine alone, unless a firewall stands before it. In containers the component’s name.',
    ),
  adminPort: port.optional().describe('The port of these. Without it there are none.'),
  concurrency: count(1, 10_000)
    .default(50)
    .describe(
      'Directory look-ups under way at once: some for each connection of the pool, so that none is idle.',
    ),
  queue: count(1, 1_000_000)
    .default(10_000)
    .describe('How many more may wait; the next is refused at once, and ejabberd asks again later.'),
  timeout: seconds(0.1, 60).default(2.5).describe('For one look-up. `mod_roster_site` waits three.'),
  changesEvery: seconds(0.05, 60)
    .default(0.25)
    .describe(
      'Between two looks at the site’s outbox: half of it is the usual delay of a change, and four small queries a second are no load.',
    ),
  changesAtOnce: count(1, 500)
    .default(50)
    .describe(
      'Changes under way to ejabberd at once: enough for thousands a second, as each takes milliseconds.',
    ),
});
