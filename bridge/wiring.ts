/** Builds every part of a worker and connects them; wiring/ has the larger ones. Nothing else knows all of them. */
import { Draining } from './admin/draining.ts';
import { workerWords } from './admin/words.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './log.ts';
import { collectProcessMetrics } from './metrics.ts';
import { MysqlPool } from './mysql/pool.ts';
import { checkPool } from './mysql/self-check.ts';
import { Rollout } from './rollout/rollout.ts';
import { watchSessions } from './session-gauges.ts';
import { openDirectory } from './site/open.ts';
import { checkSiteAtStart } from './site/start-check.ts';
import { migrate } from './store/migrate.ts';
import { RolloutStore } from './store/rollout.ts';
import type { Words } from './supervision/control.ts';
import type { OwnPlace } from './supervision/messages.ts';
import { createAdminServer, type Readiness } from './web/admin.ts';
import type { CallContext } from './web/calls/index.ts';
import { orUnavailable, sessionsOf, type Heart } from './wiring/sessions.ts';
import { listen, stopListening, webServer } from './wiring/web.ts';

const SWEEP_EVERY = 5000;
const PRUNE_EVERY = 60_000;

/** Where to listen: open files of a supervisor's, each a listening socket. */
export interface Files {
  readonly web: number;
  readonly admin: number;
}

export interface Bridge extends Pick<CallContext, 'sessions' | 'expected' | 'underWay' | 'clock'> {
  readonly journal: Heart['journal'];
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
  const heart = sessionsOf(config, log, { pool, directory, place });
  const { sessions, expected, underWay, sweeper, journal, clock } = heart;
  await migrate(config.mysql, log);
  await Promise.all([checkPool(pool, log), directory.checkAtStart()]);
  const state = { serving: false, closing: false };
  const askSite = (user: string): Promise<boolean> => directory.mayChat(user);
  const rollout = new Rollout({ source: new RolloutStore(pool), askSite, sessions, log });
  await rollout.begin();
  const mayChat = orUnavailable((user: string) => rollout.has(user));
  const web = webServer(config, log, { ...heart, mayChat });
  const draining = new Draining(sessions, place?.dir);
  const readiness = (): ReturnType<Readiness> => {
    const reasons = reasonsOf({ ...state, draining: draining.on });
    return { ready: reasons.length === 0, reasons };
  };
  const admin = createAdminServer(readiness);
  const { level } = config.log;
  const words = workerWords({ sessions, expected, draining, readiness, log, level, clock });
  collectProcessMetrics();
  watchSessions({ sessions, sending: heart.sending, config });
  const timers = [
    setInterval(() => sweeper.sweep(), SWEEP_EVERY),
    setInterval(() => void prune(log, heart), PRUNE_EVERY),
  ];
  const begin = async (files?: Files): Promise<void> => {
    await listen(admin, files === undefined ? config.admin : { fd: files.admin });
    await listen(web, files === undefined ? config.http : { fd: files.web });
    state.serving = true;
  };
  const stopAll = (): void => [admin, web].forEach(stopListening);
  const close = async (): Promise<void> => {
    state.closing = true;
    timers.forEach(clearInterval);
    rollout.end();
    stopAll();
    await sweeper.closeAll();
    web.closeIdleConnections();
    admin.closeAllConnections();
    await Promise.all([directory.close(), pool.close()]);
    journal.remove();
  };
  return {
    sessions,
    expected,
    underWay,
    clock,
    journal,
    words,
    listen: begin,
    stopListening: stopAll,
    close,
  };
}

/** Not among them: databases, ejabberd and the site. Without them all workers would be taken away, and nobody be told why. */
function reasonsOf(is: { serving: boolean; closing: boolean; draining: boolean }): string[] {
  return [
    ...(is.closing ? ['closing'] : is.serving ? [] : ['starting']),
    ...(is.draining ? ['draining'] : []),
  ];
}

async function prune(log: Log, { sent, signOuts }: Heart): Promise<void> {
  try {
    await sent.prune();
    await signOuts.prune();
  } catch (error) {
    log.event('rows-not-pruned', { err: error });
  }
}
