/**
 * Starts the worker, keeps one serving, and has a new one take over: when it is told `deploy`, or gets SIGHUP.
 *
 *   supervisor.js --config FILE [--pid-file FILE]
 *
 * The pid file holds {"supervisor": pid, "worker": pid}, kept true.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, configPath, loadConfig } from './config/load.ts';
import { journalOwners, removeJournal } from './hand-over/journal-files.ts';
import { createLog } from './log.ts';
import { startFault } from './start-fault.ts';
import { hasSupervisor, listenForWords } from './supervision/control.ts';
import { listeningSocket } from './supervision/listening.ts';
import { RUN_DIR } from './supervision/messages.ts';
import { makeRunDir, removeWorkerSockets, runDir } from './supervision/run-dir.ts';
import { Supervisor } from './supervision/supervisor.ts';

/** Beside this file, by the path that it was started by: a link to the release of the day is read anew each time. */
const SCRIPT = process.argv[1] ?? '';
const WORKER = join(dirname(SCRIPT), `main${extname(SCRIPT)}`);

async function main(args: string[]): Promise<void> {
  const options = { config: { type: 'string' }, 'pid-file': { type: 'string' } } as const;
  const { values } = parseArgs({ args, options });
  const path = configPath(args);
  const config = loadConfig(path);
  const dir = runDir(path, config.supervisor.dir);
  makeRunDir(dir);
  await takeRunDir(dir);
  const sockets = [await listeningSocket(config.http), await listeningSocket(config.admin)];
  const pidFile = values['pid-file'];
  const supervisor = new Supervisor({
    config: config.supervisor,
    worker: {
      script: WORKER,
      args: ['--config', path],
      env: { ...process.env, [RUN_DIR]: dir },
      files: sockets.map(({ file }) => file),
    },
    log: createLog('supervisor', config.log),
    orphans: journalOwners(dir),
    forget: (orphan) => removeJournal(dir, orphan),
    onPids: (worker) => writePids(pidFile, worker),
    onEnd: (code) => end(pidFile, code),
  });
  await listenForWords(dir, { deploy: () => supervisor.deploy() });
  process.on('SIGTERM', () => supervisor.stop());
  process.on('SIGINT', () => supervisor.stop());
  process.on('SIGHUP', () => void supervisor.deploy());
  supervisor.start();
}

/** @throws ConfigError when it is another supervisor's, whose workers' sessions would be taken over by both */
async function takeRunDir(dir: string): Promise<void> {
  if (await hasSupervisor(dir))
    throw new ConfigError('the run directory', [
      `supervisor.dir: another bridge is running with ${dir}: each needs a folder of its own`,
    ]);
  removeWorkerSockets(dir);
}

function writePids(file: string | undefined, worker: number): void {
  if (file === undefined) return;
  writeFileSync(`${file}.new`, `${JSON.stringify({ supervisor: process.pid, worker })}\n`);
  renameSync(`${file}.new`, file);
}

function end(file: string | undefined, code: number): void {
  if (file !== undefined) rmSync(file, { force: true });
  process.exit(code);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
}
