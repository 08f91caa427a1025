/**
 * ejabberd's external-auth script: `extauth_program: "node extauth.js --config FILE"`. ejabberd starts a pool of
 * these and closes stdin to end one.
 *
 * stdout carries frames and nothing else. Nothing ends the process but ejabberd: a crash would be retried on
 * every other worker of the pool, and one that ends at once kills the pool until ejabberd is restarted. So with
 * settings that can't be used it stays, answers no, and says why each minute.
 *
 * IM_AUTH_LOG names a file for the log (ejabberd throws stderr away when it runs detached); IM_METRICS_DIR a
 * folder for Prometheus text files of each worker, as node_exporter's textfile collector reads them.
 */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { configPath, loadConfig } from '../../bridge/config/load.ts';
import type { Log } from '../../bridge/log.ts';
import { createLog } from '../../bridge/log.ts';
import { startFault } from '../../bridge/start-fault.ts';
import { traceFolder } from '../../bridge/trace/orders.ts';
import { Answering } from './answering.ts';
import type { Outcome } from './decide.ts';
import { answerFrame, FrameReader } from './frames.ts';
import { Judge } from './judge.ts';
import { cleanMetricsIn, writeMetricsTo } from './metrics-file.ts';
import type { AuthRequest } from './request.ts';

/**
 * Milliseconds. ejabberd's own patience is 30 s, and all who wait behind wait as long. `isuser` holds up the stream of
 * whoever writes, and has an answer without the directory.
 */
const DEADLINES = { auth: 1900, isuser: 500, refused: 500 };
/** Milliseconds for the judge to load. Until then nothing is read, and no deadline runs. */
const LOADING = 10_000;
const REMIND_EVERY = 60_000;
/** Milliseconds for the thread to end: it could write its metrics behind their removal. */
const ENDING = 1000;

const frames = process.stdout.write.bind(process.stdout);
// Whatever a library prints goes to stderr: one stray line is read as a length, and hangs the worker.
process.stdout.write = process.stderr.write.bind(process.stderr);

type Decide = (request: AuthRequest) => Promise<Outcome>;

function serve(decide: Decide, log: Log, end: () => Promise<void> = () => Promise.resolve()): void {
  const reader = new FrameReader();
  const write = (yes: boolean): void => void frames(answerFrame(yes));
  const answering = new Answering({ decide, write, deadlines: DEADLINES, log });
  process.on('uncaughtException', (error) => log.event('fault-uncaught', { err: error }));
  const leave = (): void =>
    void Promise.race([end(), sleep(ENDING)])
      .catch(() => undefined)
      .then(() => process.exit(0));
  process.stdout.on('error', leave); // ejabberd is gone
  process.stdin.on('data', (chunk: Buffer) => {
    for (const payload of reader.read(chunk)) answering.take(payload);
  });
  process.stdin.on('end', leave);
  const metricsDir = process.env['IM_METRICS_DIR'];
  if (metricsDir === undefined) return;
  cleanMetricsIn(metricsDir);
  writeMetricsTo(metricsDir, 'answers', ['im_auth_', 'im_log_'], log);
}

/** A log that can't be opened keeps nobody out: stderr takes it. */
function logDestination(): string | 2 {
  const path = process.env['IM_AUTH_LOG'];
  if (path === undefined || path === '') return 2;
  try {
    closeSync(openSync(path, 'a'));
    return path;
  } catch (error) {
    process.stderr.write(`IM_AUTH_LOG: ${String(error)}\n`);
    return 2;
  }
}

async function start(): Promise<void> {
  const path = configPath(process.argv.slice(2));
  const config = loadConfig(path);
  const destination = logDestination();
  const log = createLog('auth', config.log, destination, traceFolder(path, config));
  const judge = new Judge({ config: path, log: destination });
  await Promise.race([judge.ready, sleep(LOADING, undefined, { ref: false })]);
  const decide: Decide = (request) => judge.decide(request, DEADLINES[request.operation]);
  serve(decide, log, () => judge.end());
  log.event('auth-ready');
}

function serveNobody(error: unknown): void {
  const log = createLog('auth', { level: 'info', pretty: false }, logDestination());
  const remind = (): void => log.event('auth-settings-unusable', { why: startFault(error) });
  remind();
  setInterval(remind, REMIND_EVERY);
  serve(() => Promise.resolve('refused'), log);
}

try {
  await start();
} catch (error) {
  serveNobody(error);
}
