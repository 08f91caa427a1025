/** A worker: settings, start, signals. No logic. Started by supervisor.ts, or by hand for one worker alone. */
import { configPath, loadConfig } from './config/load.ts';
import { Supervised, type SupervisedOptions } from './supervised.ts';
import { startFault } from './start-fault.ts';
import { createLog } from './log.ts';
import { RELEASE } from './release.ts';
import { placeIn, type FromWorker, type ToWorker } from './supervision/messages.ts';
import { traceFolder } from './trace/orders.ts';
import { prepareBridge, type Bridge } from './wiring.ts';

/** Milliseconds that a worker has to end. */
const PATIENCE = 8000;

async function main(): Promise<void> {
  const place = placeIn(process.env);
  if (place !== undefined) endWithSupervisor();
  const path = configPath(process.argv.slice(2));
  const config = loadConfig(path);
  const log = createLog('bridge', config.log, 1, traceFolder(path, config));
  process.on('uncaughtException', (error) => {
    log.event('fault-uncaught', { err: error }); // the supervisor starts afresh
    process.exit(1);
  });
  const bridge = await prepareBridge(config, log, place);
  const end = (): void => void endWith(bridge);
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (place === undefined) await bridge.listen();
  else {
    const { loginsAtOnce: window, resumeTimeout } = config.xmpp;
    await beSupervised({ place, bridge, log, window, oldest: resumeTimeout * 1000, say });
  }
  log.event('worker-ready', { release: RELEASE, port: config.http.port });
}

/** One that was killed has a successor, whose worker takes over from the journal, and needs the ports that this one holds. */
function endWithSupervisor(): void {
  if (!process.connected) process.exit(1);
  process.once('disconnect', () => process.exit(1));
}

function say(word: FromWorker): void {
  process.send?.(word);
}

async function beSupervised(options: SupervisedOptions): Promise<void> {
  const { log } = options;
  const supervised = new Supervised(options);
  const failed = (error: unknown): void => {
    log.event('worker-can-not-go-on', { err: error });
    process.exit(1);
  };
  process.on('message', (word) => void supervised.hear(word as ToWorker).catch(failed));
  await supervised.begin();
}

async function endWith(bridge: Bridge): Promise<void> {
  setTimeout(() => process.exit(1), PATIENCE).unref();
  await bridge.close();
  process.exit(0);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
}
