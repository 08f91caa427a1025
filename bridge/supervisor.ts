/**
 * Starts the workers, keeps one serving in each place (`supervisor.workers`), and has new ones take over: when it is told
 * `deploy`, or gets SIGHUP.
 *
 *   supervisor.js --config FILE [--pid-file FILE]
 *
 * The pid file holds {"supervisor": pid, "worker": pid}, kept true.
 */
import { dirname, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, configPath, loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { journalOwners, removeJournal } from './hand-over/journal-files.ts';
import { createLog, type Log } from './log.ts';
import { startFault } from './start-fault.ts';
import { hasSupervisor, listenForWords, supervisorSocket } from './supervision/control.ts';
import { Fleet } from './supervision/fleet.ts';
import { listeningSocket } from './supervision/listening.ts';
import { RUN_DIR } from './supervision/messages.ts';
import { PidFile } from './supervision/pid-file.ts';
import { forgetOtherPlaces, placesOf, type Place } from './supervision/places.ts';
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
  await takeRunDir(dir);
  const places = placesOf(config, dir);
  forgetOtherPlaces(dir, places);
  const log = createLog('supervisor', config.log);
  const pids = new PidFile(values['pid-file'], log);
  const fleet = new Fleet((code) => end(pids, code));
  for (const place of places) fleet.add(await supervisorOf(place, { path, config, log, pids, fleet }));
  await listenForWords(supervisorSocket(dir), { deploy: () => fleet.deploy() });
  process.on('SIGTERM', () => fleet.stop());
  process.on('SIGINT', () => fleet.stop());
  process.on('SIGHUP', () => void fleet.deploy());
  fleet.start();
}

interface Common {
  readonly path: string;
  readonly config: Config;
  readonly log: Log;
  readonly pids: PidFile;
  readonly fleet: Fleet;
}

async function supervisorOf(place: Place, { path, config, log, pids, fleet }: Common): Promise<Supervisor> {
  const { dir, number, web, admin } = place;
  makeRunDir(dir);
  removeWorkerSockets(dir);
  const sockets = [await listeningSocket(web), await listeningSocket(admin)];
  return new Supervisor({
    config: config.supervisor,
    worker: {
      script: WORKER,
      args: ['--config', path],
      env: { ...process.env, [RUN_DIR]: dir },
      files: sockets.map(({ file }) => file),
    },
    log: config.supervisor.workers === 1 ? log : log.child({ place: number }),
    orphans: journalOwners(dir),
    forget: (orphan) => removeJournal(dir, orphan),
    onPids: (worker) => pids.set(number, worker),
    onEnd: (code) => fleet.ended(code),
  });
}

/** @throws ConfigError when it is another supervisor's, whose workers' sessions would be taken over by both */
async function takeRunDir(dir: string): Promise<void> {
  makeRunDir(dir);
  if (await hasSupervisor(dir))
    throw new ConfigError('the run directory', [
      `supervisor.dir: another bridge is running with ${dir}: each needs a folder of its own`,
    ]);
}

function end(pids: PidFile, code: number): void {
  pids.remove();
  process.exit(code);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
}
