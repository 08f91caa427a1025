/** `im-bridge check-config`: are the settings usable, and if not, all that is wrong with them. */
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '../config/load.ts';
import { settingsPath } from '../config/settings-path.ts';
import { makeRunDir, runDir } from '../supervision/run-dir.ts';
import { noMore, WHERE, WHERE_HELP, type Said } from './command.ts';

export const HELP = `im-bridge check-config [--config FILE | --dir DIR]

Reads the settings as the bridge does at its start, and tells all that is wrong at once, each with what to put there.
Databases and ejabberd are not asked: \`im-bridge doctor\` does that.

${WHERE_HELP}

Exit code: 0 the settings are usable, 1 they are not, 2 no settings are named.
`;

export function checkConfig(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: WHERE, allowPositionals: true });
  noMore(positionals, 'check-config');
  const path = settingsPath(values);
  return Promise.resolve(verdictOn(path));
}

function verdictOn(path: string): Said {
  try {
    const config = loadConfig(path);
    makeRunDir(runDir(path, config.supervisor.dir));
    return { text: `${path} is usable\n`, code: 0 };
  } catch (error) {
    if (error instanceof ConfigError) return { text: `${error.message}\n`, code: 1 };
    throw error;
  }
}
