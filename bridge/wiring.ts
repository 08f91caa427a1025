/** Builds every part of a worker and connects them: the only file that knows all of them. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Draining } from './admin/draining.ts';
import { workerWords } from './admin/words.ts';
import type { Config } from './config/schema.ts';
import { unavailable } from './errors.ts';
import type { Log } from './log.ts';
import { collectOnScrape, collectProcessMetrics, metrics, refusedAs } from './metrics.ts';
import { MysqlPool } from './mysql/pool.ts';
import { checkPool } from './mysql/self-check.ts';
import { Rollout } from './rollout/rollout.ts';
import type { OpenUpstream, TraceOf, WhoIs } from './session/ports.ts';
import { Expected } from './session/expected.ts';
import { FileJournal } from './hand-over/journal.ts';
import { NO_JOURNAL, type Journal } from './session/journal.ts';
import { watchSessions } from './session-gauges.ts';
import { Keeping } from './session/keeping.ts';
import { Learning } from './session/learning.ts';
import { Sending } from './session/sending.ts';
import { Sessions } from './session/sessions.ts';
import { Sweeper } from './session/sweeper.ts';
import { UnderWay } from './session/under-way.ts';
import { openDirectory } from './site/open.ts';
import { checkSiteAtStart } from './site/start-check.ts';
import type { Directory } from './site/directory.ts';
import { migrate } from './store/migrate.ts';
import { MysqlSentMessages } from './store/sent-messages.ts';
import { RolloutStore } from './store/rollout.ts';
import { SignOuts } from './store/sign-outs.ts';
import { UserStates } from './store/user-states.ts';
import type { Words } from './supervision/control.ts';
import type { OwnPlace } from './supervision/messages.ts';
import { requestOf } from './trace/request.ts';
import { Turns } from './turns.ts';
import { createAdminServer, type Readiness } from './web/admin.ts';
import { Arrivals } from './web/arrivals.ts';
import { callingOf } from './web/calling.ts';
import type { CallContext } from './web/calls/index.ts';
import { createApp } from './web/app.ts';
import { limitConnections } from './web/connections.ts';
import { Held } from './web/held.ts';
import { Polls } from './web/polls.ts';
import { createWebServer } from './web/server.ts';
import { Streams } from './web/streams.ts';
import { tokenVerifier } from './web/token.ts';
import { mintTicket } from './xmpp/ticket.ts';
import { XmppUpstream } from './xmpp/upstream.ts';

const SWEEP_EVERY = 5000;
const PRUNE_EVERY = 60_000;

/**
 * Connections that wait to be accepted: as many as a reconnect storm brings, and the system allows (Linux:
 * net.core.somaxconn, 4096). It drops the rest, who try again after 1, 3, 7, 15 and 31 seconds. Node's default is 511.
 */
const WAITING = 65_535;

/** Where to listen: open files of a supervisor's, each a listening socket. */
export interface Files {
  readonly web: number;
  readonly admin: number;
}

export interface Bridge extends Pick<CallContext, 'sessions' | 'expected' | 'underWay' | 'clock'> {
  readonly journal: Journal;
  /** What an operator may ask, and change. */
  readonly words: Words;
  /** Takes calls. Without files it listens at the addresses of the settings. @throws Error when a port is taken */
  listen(files?: Files): Promise<void>;
  /** Takes no calls any more, but on connections that there are. */
  stopListening(): void;
  /** Ends sessions, answers held polls, closes every connection. */
  close(): Promise<void>;
}

/**
 * Builds a worker, which takes no calls yet.
 *
 * @param place where its journal is to be; without it there is none
 * @throws when the bridge's own tables can't be made, or a query of the site's is wrong
 */
export async function prepareBridge(config: Config, log: Log, place?: OwnPlace): Promise<Bridge> {
  await checkSiteAtStart(config, log);
  const pool = new MysqlPool('bridge', config.mysql, log);
  const directory = openDirectory(config, log);
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
  await migrate(config.mysql, log);
  await Promise.all([checkPool(pool, log), directory.checkAtStart()]);
  const state = { serving: false, closing: false };
  const expected = new Expected();
  const underWay = new UnderWay();
  const askSite = (user: string): Promise<boolean> => directory.mayChat(user);
  const rollout = new Rollout({ source: new RolloutStore(pool), askSite, sessions, log });
  await rollout.begin();
  const mayChat = orUnavailable((user: string) => rollout.has(user));
  const served = { sessions, expected, underWay, sending, keeping, signOuts, clock, mayChat };
  const web = webServer(config, log, served);
  const draining = new Draining(sessions, place?.dir);
  const readiness = (): ReturnType<Readiness> => {
    const reasons = reasonsOf({ ...state, draining: draining.on });
    return { ready: reasons.length === 0, reasons };
  };
  const admin = createAdminServer(readiness);
  const { level } = config.log;
  const words = workerWords({ sessions, expected, draining, readiness, log, level, clock });
  collectProcessMetrics();
  watchSessions({ sessions, sending, config });
  const timers = [
    setInterval(() => sweeper.sweep(), SWEEP_EVERY),
    setInterval(() => void prune(log, sent, signOuts), PRUNE_EVERY),
  ];
  const begin = async (files?: Files): Promise<void> => {
    await listen(admin, files === undefined ? config.admin : { fd: files.admin });
    await listen(web, files === undefined ? config.http : { fd: files.web });
    state.serving = true;
  };
  const stopListening = (): void => {
    // Not by their own `close`, which would end connections on which somebody may be calling just now.
    for (const server of [admin, web]) if (server.listening) NetServer.prototype.close.call(server);
  };
  const close = async (): Promise<void> => {
    state.closing = true;
    timers.forEach(clearInterval);
    rollout.end();
    stopListening();
    await sweeper.closeAll();
    web.closeIdleConnections();

    admin.closeAllConnections();
    await Promise.all([directory.close(), pool.close()]);
    journal.remove();
  };
  return { sessions, expected, underWay, clock, journal, words, listen: begin, stopListening, close };
}

/** Not among them: databases, ejabberd and the site. Without them all workers would be taken away, and nobody be told why. */
function reasonsOf(is: { serving: boolean; closing: boolean; draining: boolean }): string[] {
  return [
    ...(is.closing ? ['closing'] : is.serving ? [] : ['starting']),
    ...(is.draining ? ['draining'] : []),
  ];
}

type Served = Omit<CallContext, 'verifyToken' | 'limits'>;

function webServer(config: Config, log: Log, served: Served): Server {
  const options = { origins: new Set(config.http.origins), limits: config.limits, log };
  const context = { ...served, verifyToken: tokenVerifier(config.token), limits: config.limits };
  const trustedProxies = new Set(config.http.trustedProxies);
  const { limits } = config;
  const held = new Held(limits, trustedProxies);
  const { clock } = served;
  const arrivals = new Arrivals({ perMinute: limits.connectsPerAddress, trustedProxies, clock });
  const reading = { sessions: served.sessions, held, limits, random: Math.random };
  const callable = { context, arrivals, polls: new Polls(reading), streams: new Streams(reading) };
  // From dist/bridge/ as built; the scripts lie beside it.
  const scripts = fileURLToPath(new URL('../browser', import.meta.url));
  const server = createWebServer(createApp(scripts, log), callingOf(callable, options), limits);
  limitConnections(server, { limits, trustedProxies, log });
  return server;
}

async function prune(log: Log, sent: MysqlSentMessages, signOuts: SignOuts): Promise<void> {
  try {
    await sent.prune();
    await signOuts.prune();
  } catch (error) {
    log.event('rows-not-pruned', { err: error });
  }
}

/** Since its session was opened, at this moment (Unix seconds). */
type IsToGo = (user: string, since: number) => Promise<'removed' | 'signed-out' | undefined>;

function isToGo(directory: Directory, signOuts: SignOuts): IsToGo {
  return async (user, since) => {
    if ((await directory.user(user)) === undefined) return 'removed';
    return (await signOuts.since(user, since)) ? 'signed-out' : undefined;
  };
}

function upstreamOpener(config: Config, log: Log, toGo: IsToGo): OpenUpstream {
  const { host, port, tls, timeout, resumeTimeout, outboundQueue, loginsAtOnce, loginQueue } = config.xmpp;
  const logins = new Turns(loginsAtOnce, loginQueue, { used: 'logins', waiting: 'login-queue' });
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
      credential: () => mintTicket(config.ticket, user, new Date(), requestOf(user)),
      isToGo: (since) => toGo(user, since),
      opened: Date.now() / 1000,
      logins,
      log: log.child({ user }),
      session,
      before,
      onFault: (reason) => metrics.linkFaults.inc({ reason }),
      onIgnored: (reason) => metrics.refusedInput.inc({ reason }),
      onFull: (what) => metrics.notSent.inc({ what }),
    });
  };
}

function tracing(log: Log): TraceOf {
  return (user) => {
    const trace = log.traceOf(user);
    return trace === undefined ? undefined : (event, fields) => trace.line(event, fields);
  };
}

const whoIs = (directory: Directory): WhoIs => orUnavailable((user) => directory.user(user));

/** What only the site can say. */
function orUnavailable<T>(question: (user: string) => Promise<T>): (user: string) => Promise<T> {
  return async (user) => {
    try {
      return await question(user);
    } catch (error) {
      throw unavailable('the site does not answer at the moment', error);
    }
  };
}

function listen(server: Server, where: { host: string; port: number } | { fd: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Of an open file Node takes the backlog from here alone.
    server.listen({ ...where, backlog: WAITING }, WAITING, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
