/** A worker: settings, start, signals. No logic. Started by supervisor.ts, or by hand for one worker alone. */
import { configPath, loadConfig } from './config/load.ts';
import { startFault } from './start-fault.ts';
import { createLog } from './log.ts';
import { traceFolder } from './trace/orders.ts';
import { startBridge, type Bridge } from './wiring.ts';

/** Milliseconds that a worker has to end. */
const PATIENCE = 8000;

async function main(): Promise<void> {
  const path = configPath(process.argv.slice(2));
  const config = loadConfig(path);
  const log = createLog('bridge', config.log, 1, traceFolder(path, config));
  process.on('uncaughtException', (error) => {
    log.event('fault-uncaught', { err: error }); // the supervisor starts afresh
    process.exit(1);
  });
  const bridge = await startBridge(config, log);
  log.event('worker-ready', { port: config.http.port });
  process.send?.('ready');
  const end = (): void => void endWith(bridge);
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end); // the supervisor is gone
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
