/** `im-bridge migrate`: brings the bridge's own tables up to date, as each start of a worker does. */
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { settingsPath } from '../config/settings-path.ts';
import { migrate, missingMigrations, MigrationLocked, type Migration } from '../store/migrate.ts';
import { Misuse, noMore, WHERE, WHERE_HELP, type Said } from './command.ts';
import { NO_LOG, saidByMysql } from './databases.ts';

export const HELP = `im-bridge migrate [--dry-run] [--config FILE | --dir DIR]

Makes the bridge's own tables (im_…), or brings them up to date. A worker does the same at its start: by hand it is of use
where the account of the bridge may not make tables, or before a deploy. Forward only; each step is safe while bridges of
the version before are running. Only one process at a time does it, others wait.

  --dry-run      tells what would be done, as SQL, and changes nothing.
${WHERE_HELP}

Exit code: 0 done (or nothing to do), 2 it could not be done (the reason is said).
`;

const OPTIONS = { ...WHERE, 'dry-run': { type: 'boolean', default: false } } as const;

export async function migrateCommand(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  noMore(positionals, 'migrate');
  const { mysql } = loadConfig(settingsPath(values));
  try {
    if (values['dry-run']) return { text: plan(await missingMigrations(mysql, NO_LOG)), code: 0 };
    return { text: done(await migrate(mysql, NO_LOG)), code: 0 };
  } catch (error) {
    if (error instanceof MigrationLocked) throw new Misuse(error.message);
    throw saidByMysql(error);
  }
}

function plan(missing: readonly Migration[]): string {
  if (missing.length === 0) return 'nothing to do: the tables are up to date\n';
  return missing.map(({ name, sql }) => `-- ${name}\n${sql};\n`).join('\n');
}

function done(steps: readonly Migration[]): string {
  if (steps.length === 0) return 'nothing to do: the tables are up to date\n';
  return steps.map(({ name }) => `done: ${name}\n`).join('');
}
