/** The sessions of a worker with all that they stand on: the stores, the site, XMPP, the journal. */
import { randomBytes } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { unavailable } from '../errors.ts';
import { FileJournal } from '../hand-over/journal.ts';
import type { Log } from '../log.ts';
import { metrics, refusedAs } from '../metrics.ts';
import type { MysqlPool } from '../mysql/pool.ts';
import { Expected } from '../session/expected.ts';
import { NO_JOURNAL, type Journal } from '../session/journal.ts';
import { Keeping } from '../session/keeping.ts';
import { Learning } from '../session/learning.ts';
import type { Clock, TraceOf, WhoIs } from '../session/ports.ts';
import { Sending } from '../session/sending.ts';
import { Sessions } from '../session/sessions.ts';
import { Sweeper } from '../session/sweeper.ts';
import { UnderWay } from '../session/under-way.ts';
import type { Directory } from '../site/directory.ts';
import { MysqlSentMessages } from '../store/sent-messages.ts';
import { SignOuts } from '../store/sign-outs.ts';
import { UserStates } from '../store/user-states.ts';
import type { OwnPlace } from '../supervision/messages.ts';
import { isToGo, upstreamOpener } from './upstreams.ts';

export interface Ground {
  readonly pool: MysqlPool;
  readonly directory: Directory;
  /** Where the journal is to be; without it there is none. */
  readonly place: OwnPlace | undefined;
}

export interface Heart {
  readonly sessions: Sessions;
  readonly expected: Expected;
  readonly underWay: UnderWay;
  readonly sweeper: Sweeper;
  readonly sending: Sending;
  readonly keeping: Keeping;
  readonly sent: MysqlSentMessages;
  readonly signOuts: SignOuts;
  readonly journal: Journal;
  readonly clock: Clock;
}

export function sessionsOf(config: Config, log: Log, { pool, directory, place }: Ground): Heart {
  const sent = new MysqlSentMessages(pool);
  const signOuts = new SignOuts(pool);
  const clock = (): number => performance.now();
  const sends = { rate: config.limits.sendRate, burst: config.limits.sendBurst };
  const { limits } = config;
  const states = new UserStates(pool, (reason) => metrics.writesRefused.inc({ reason }));
  const onFault = (user: string, error: unknown): void => log.event('user-state-fault', { err: error, user });
  const keeping = new Keeping({ states, clock, limits, onFault });
  const learning = new Learning({ states, clock, onFault });
  const journal =
    place !== undefined && config.supervisor.journal ? new FileJournal({ ...place, clock, log }) : NO_JOURNAL;
  const sessions = new Sessions({
    openUpstream: upstreamOpener(config, log, isToGo(directory, signOuts)),
    whoIs: whoIs(directory),
    states,
    keeping,
    learning,
    journal,
    onFault: (user, error) => log.event('session-failed', { err: error, user }),
    clock,
    secret: () => randomBytes(18).toString('base64url'),
    limits,
    sends,
    calls: { rate: limits.callRate, burst: limits.callBurst },
    onEvent: (event) => metrics.events.inc({ type: event.type }),
    onFull: refusedAs,
    traceOf: tracing(log),
  });
  const sweeper = new Sweeper({ sessions, keeping, learning, clock, limits });
  const sending = new Sending({ sent, sends, clock, now: () => new Date() });
  const [expected, underWay] = [new Expected(), new UnderWay()];
  return { sessions, expected, underWay, sweeper, sending, keeping, sent, signOuts, journal, clock };
}

function tracing(log: Log): TraceOf {
  return (user) => {
    const trace = log.traceOf(user);
    return trace === undefined ? undefined : (event, fields) => trace.line(event, fields);
  };
}

const whoIs = (directory: Directory): WhoIs => orUnavailable((user) => directory.user(user));

/** What only the site can say. */
export function orUnavailable<T>(question: (user: string) => Promise<T>): (user: string) => Promise<T> {
  return async (user) => {
    try {
      return await question(user);
    } catch (error) {
      throw unavailable('the site does not answer at the moment', error);
    }
  };
}
