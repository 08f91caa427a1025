/**
 * All that is bounded but has no metric of its own: how much of it is used, how much there may be, and who was refused. One
 * family of metrics for all, so that one alarm asks of everything whether it is full.
 */
import { collectOnScrape, counter, gauge, histogram } from './registry.ts';

export interface Bound {
  readonly part: 'bridge' | 'component' | 'all';
  /** What is counted. */
  readonly what: string;
  /** The setting that bounds it, or the number. */
  readonly bound: string;
  /** What becomes of the next one. */
  readonly full: string;
}

const bridge = (what: string, bound: string, full: string): Bound => ({ part: 'bridge', what, bound, full });
const beside = (what: string, bound: string, full: string): Bound => ({
  part: 'component',
  what,
  bound,
  full,
});

/** docs/operations.md has this as a table. */
export const BOUNDED = {
  sessions: bridge(
    'sessions, open and being opened',
    '`limits.sessions`',
    '`connect` is answered `unavailable`',
  ),
  'tabs-of-user': bridge(
    'tabs of the user who has most',
    '`limits.tabs`',
    '`connect` is answered `too-many-tabs`',
  ),
  connections: bridge('connections of browsers', '`limits.connections`', 'closed at once'),
  'connections-of-address': bridge(
    'connections of the address that has most, no trusted proxy',
    '`limits.connectionsPerAddress`',
    'closed at once',
  ),
  addresses: bridge(
    'addresses whose connects are counted',
    'those that connected within a minute',
    'forgotten as soon as it may connect as often as any other (`limits.connectsPerAddress`)',
  ),
  polls: bridge('polls and streams held', '`limits.polls`', 'answered `unavailable`'),
  'polls-of-address': bridge(
    'polls and streams of the address that has most',
    '`limits.pollsPerAddress`',
    'answered `rate-limited`',
  ),
  'stream-bytes': bridge(
    'bytes that wait in the stream whose reader is slowest',
    '`limits.streamBuffer`',
    'the stream is cut, and comes back with its cursor',
  ),
  'events-of-session': bridge(
    'events in the longest log, which may grow a tenth beyond before it is cut',
    '`limits.events`',
    'the oldest leave: who has not seen them is `gone`, and connects',
  ),
  sends: bridge(
    'sends under way, of all users',
    '`limits.sendRate` and the deadlines of databases and ejabberd',
    'answered `rate-limited`',
  ),
  'messages-of-user': bridge(
    'messages on their way to ejabberd, of the user who has most',
    '`xmpp.outboundQueue`',
    'answered `unavailable`',
  ),
  'stanzas-of-user': bridge(
    'stanzas that ejabberd has not acknowledged, of the user who has most',
    '`xmpp.outboundQueue`',
    'as above; notices (typing, receipts) are left out from half of it on',
  ),
  iqs: bridge(
    'questions to ejabberd (IQs) without an answer yet, of all users',
    'what asks them: sends, lookups, set-ups',
    'each ends after `xmpp.timeout`',
  ),
  logins: bridge('logins under way', '`xmpp.loginsAtOnce`', 'waits in `login-queue`'),
  'login-queue': bridge('logins that wait', '`xmpp.loginQueue`', '`unavailable`; open sessions try again'),
  lookups: bridge(
    'lookups in archives (history, search), of all users',
    '3 of each session',
    'waits in `lookup-queue`',
  ),
  'lookup-queue': bridge('lookups that wait, of all users', '6 of each session', 'answered `unavailable`'),
  writes: bridge(
    'writes of users’ rows (read markers, UI state, presence) under way',
    '1 of each user',
    'waits in `write-queue`',
  ),
  'write-queue': bridge('such writes that wait, of all users', '50 of each user', 'answered `unavailable`'),
  questions: beside(
    'questions of ejabberd being answered',
    '`component.concurrency`',
    'waits in `question-queue`',
  ),
  'question-queue': beside(
    'such questions that wait',
    '`component.queue`',
    'refused (`resource-constraint`): ejabberd asks again',
  ),
  changes: beside('changes under way to ejabberd', '`component.changesAtOnce`', 'rows wait in the outbox'),
  'failed-changes': beside(
    'changes that failed, to be tried again',
    '5000',
    'rows wait in the outbox, and no others are begun',
  ),
} as const satisfies Readonly<Record<string, Bound>>;

export type Bounded = keyof typeof BOUNDED;

export const capacity = {
  used: gauge('im_capacity_used', 'How much there is of what is bounded', 'of'),
  limit: gauge(
    'im_capacity_limit',
    'How much of it there may be; what is bounded for each user or session, and counted over all, has none',
    'of',
  ),
  refused: counter(
    'im_capacity_refused_total',
    'What was refused, cut or left out, as there was too much, by reason (full; timeout: it waited in vain)',
    'of',
    'reason',
  ),
  waitSeconds: histogram(
    'im_capacity_wait_seconds',
    'Seconds that one waited for its turn, be it in vain',
    'of',
  ),
};

/** Watches what is bounded from now on. `used` is asked when somebody scrapes. */
export function watchBounded(of: Bounded, used: () => number, limit?: number): void {
  if (limit !== undefined) capacity.limit.set({ of }, limit);
  capacity.refused.inc({ of, reason: 'full' }, 0); // a rate has to begin somewhere
  collectOnScrape(() => capacity.used.set({ of }, used()));
}

export function refusedAs(of: Bounded, reason: 'full' | 'timeout' = 'full'): void {
  capacity.refused.inc({ of, reason });
}
