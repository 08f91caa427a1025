/** `im-bridge deploy`: has a new worker, of the code and settings that are there now, take over from the one that serves. */
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { settingsPath } from '../config/settings-path.ts';
import { askSupervisor } from '../supervision/control.ts';
import { runDir } from '../supervision/run-dir.ts';
import { WHERE, WHERE_HELP, type Said } from './command.ts';

export const HELP = `im-bridge deploy [--config FILE | --dir DIR]

Starts a worker of the code and the settings that are there now beside the one that serves. When it is ready, it
takes over: streams, tabs and events, so that nobody notices. When it does not become ready, the old one stays.
With several workers (supervisor.workers) this is done one after the other, and ends at the first that fails.
The same as SIGHUP to the supervisor, which is not started anew itself.

${WHERE_HELP}

Exit code: 0 it has taken over, 1 the old one stays (the reason is said), 2 the bridge could not be asked.
`;

/** Seconds beyond those that the supervisor waits itself. */
const MARGIN = 15;

export async function deploy(argv: readonly string[]): Promise<Said> {
  const { values } = parseArgs({ args: [...argv], options: WHERE });
  const path = settingsPath(values);
  const { supervisor } = loadConfig(path);
  const each = supervisor.startTimeout + supervisor.handOverTimeout + MARGIN;
  const patience = each * supervisor.workers * 1000;
  const { ok, text } = await askSupervisor(runDir(path, supervisor.dir), 'deploy', patience);
  return { text: `${text}\n`, code: ok ? 0 : 1 };
}
