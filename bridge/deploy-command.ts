/** `im-bridge deploy`: has a new worker, of the code and settings that are there now, take over from the one that serves. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configPath, loadConfig } from './config/load.ts';
import { askSupervisor } from './supervision/control.ts';
import { runDir } from './supervision/run-dir.ts';

export const HELP = `im-bridge deploy [--config FILE | --dir DIR]

Starts a worker of the code and the settings that are there now beside the one that serves. When it is ready, it
takes over: streams, tabs and events, so that nobody notices. When it does not become ready, the old one stays.
The same as SIGHUP to the supervisor, which is not started anew itself.

  --dir DIR  of a stack that \`npm start\` has started; or IM_DIR in the environment.

Exit code: 0 it has taken over, 1 the old one stays (the reason is said), 2 the bridge could not be asked.
`;

/** Seconds beyond those that the supervisor waits itself. */
const MARGIN = 15;

export async function deploy(argv: readonly string[]): Promise<{ text: string; code: number }> {
  const path = settingsPath(argv);
  const { supervisor } = loadConfig(path);
  const patience = (supervisor.startTimeout + supervisor.handOverTimeout + MARGIN) * 1000;
  const { ok, text } = await askSupervisor(runDir(path, supervisor.dir), 'deploy', patience);
  return { text: `${text}\n`, code: ok ? 0 : 1 };
}

/** @throws ConfigError when neither a file nor a folder is named */
export function settingsPath(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const options = { dir: { type: 'string' }, config: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...argv], options });
  const dir = values.dir ?? env['IM_DIR'];
  const named = values.config ?? env['IM_CONFIG'];
  return dir === undefined || (named !== undefined && values.dir === undefined)
    ? configPath(argv, env)
    : join(dir, 'im-bridge.yml');
}
