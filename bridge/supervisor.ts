/**
 * Starts the worker, and starts it again when it ends. Small and without wit, so that it need not be deployed.
 *
 *   supervisor.js --config FILE [--pid-file FILE]
 *
 * The pid file holds {"supervisor": pid, "worker": pid}, kept true.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { backoff } from './backoff.ts';
import { configPath, loadConfig } from './config/load.ts';
import { createLog, type Log } from './log.ts';
import { startFault } from './start-fault.ts';

const WORKER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url),
);
/** Milliseconds that a worker has to end; its own patience is shorter. */
const STOP_PATIENCE = 12_000;
/** A worker that lived so long was not a failed start: the pauses begin anew. */
const SETTLED = 10_000;

class Supervisor {
  readonly #args: readonly string[];
  readonly #pidFile: string | undefined;
  readonly #log: Log;
  #worker: ChildProcess | undefined;
  #failures = 0;
  #ending = false;
  /** Has any worker been ready? A first start that fails is a person's to mend. */
  #everReady = false;

  constructor(args: readonly string[], pidFile: string | undefined, log: Log) {
    this.#args = args;
    this.#pidFile = pidFile;
    this.#log = log;
  }

  startWorker(): void {
    if (this.#ending) return;
    const started = performance.now();
    const worker = fork(WORKER, this.#args, { stdio: 'inherit' });
    this.#worker = worker;
    this.#writePids(worker.pid);
    this.#log.event('worker-started', { worker: worker.pid });
    worker.once('message', () => {
      this.#everReady = true;
    });
    worker.once('error', (error) => this.#log.event('worker-fault', { err: error }));
    worker.once('exit', (code, signal) => this.#ended(code, signal, performance.now() - started));
  }

  #ended(code: number | null, signal: string | null, lived: number): void {
    if (this.#ending || !this.#everReady) {
      this.#end(code ?? 1);
      return;
    }
    this.#failures = lived > SETTLED ? 0 : this.#failures + 1;
    const pause =
      this.#failures === 0 ? 0 : backoff(this.#failures - 1, Math.random(), { base: 100, most: 10_000 });
    this.#log.event('worker-ended', { code, signal, pause });
    setTimeout(() => this.startWorker(), pause);
  }

  /** Ends the worker, then itself. A second signal does it at once. */
  stop(): void {
    const force = this.#ending;
    this.#ending = true;
    if (this.#worker === undefined || this.#worker.exitCode !== null || this.#worker.signalCode !== null)
      this.#end(0);
    else {
      this.#worker.kill(force ? 'SIGKILL' : 'SIGTERM');
      setTimeout(() => this.#worker?.kill('SIGKILL'), STOP_PATIENCE).unref();
    }
  }

  #end(code: number): void {
    if (this.#pidFile !== undefined) rmSync(this.#pidFile, { force: true });
    process.exit(code);
  }

  #writePids(worker: number | undefined): void {
    if (this.#pidFile === undefined) return;
    writeFileSync(`${this.#pidFile}.new`, `${JSON.stringify({ supervisor: process.pid, worker })}\n`);
    renameSync(`${this.#pidFile}.new`, this.#pidFile);
  }
}

try {
  const args = process.argv.slice(2);
  const { values } = parseArgs({
    args,
    options: { config: { type: 'string' }, 'pid-file': { type: 'string' } },
  });
  const path = configPath(args);
  const config = loadConfig(path);
  const supervisor = new Supervisor(
    ['--config', path],
    values['pid-file'],
    createLog('supervisor', config.log),
  );
  process.on('SIGTERM', () => supervisor.stop());
  process.on('SIGINT', () => supervisor.stop());
  supervisor.startWorker();
} catch (error) {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
}
