/** `im-bridge doctor`: looks at a live ejabberd that somebody else configured, and says what is unsafe or will not work. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Config } from '../config/schema.ts';
import { createLog } from '../log.ts';
import { CannotLook } from './cannot-look.ts';
import { isLoopback } from './access.ts';
import { examine } from './checks/index.ts';
import { accountOf, lookAtDatabase, lookAtDirectory } from './collect/databases.ts';
import { Ejabberdctl } from './collect/ejabberdctl.ts';
import { lookAtDoors, ownAddress, tryLogin } from './collect/outside.ts';
import { lookAtRunning, nodeOf } from './collect/running.ts';
import { runningSettings, settingsFile } from './collect/settings.ts';
import type { EjabberdSettings } from './ejabberd-settings.ts';
import type { Facts, Running } from './facts.ts';
import { exitCode, jsonReport, textReport } from './report.ts';

export const HELP = `im-bridge doctor [--config FILE | --dir DIR] [options] [-- ARGUMENTS OF EJABBERDCTL]
  Looks at the running ejabberd, and says setting by setting what is unsafe or will not work, and how to mend it.
  Changes nothing. Run it as root or as the user of ejabberd, on ejabberd's machine.

  --ejabberdctl PATH    the one that asks this ejabberd (default: ejabberdctl, or /usr/sbin/ejabberdctl).
                        What follows -- is given to it, as in: -- --config-dir /etc/my-ejabberd
  --exchange DIR        where ejabberd may write a file for us (default: /var/lib/ejabberd, or the temporary folder)
  --ejabberd-yml FILE   judge this file instead, where there is no ejabberdctl; less is seen then
  --user ID             whom the login that is tried is for (default: im-doctor, who needs no account)
  --quiet               leave out what is ok
  --json                for programs

  Exit code: 0 all is well, perhaps with advice; 1 something is unsafe or will not work; 2 it could not look.`;

const OPTIONS = {
  config: { type: 'string' },
  dir: { type: 'string' },
  ejabberdctl: { type: 'string' },
  exchange: { type: 'string' },
  'ejabberd-yml': { type: 'string' },
  user: { type: 'string', default: 'im-doctor' },
  quiet: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

export interface Outcome {
  readonly text: string;
  readonly code: 0 | 1;
}

/**
 * @param config the bridge's settings, already read.
 * @throws CannotLook when nothing can be said; TypeError for arguments that are not those of HELP.
 */
export async function doctor(argv: readonly string[], config: Config): Promise<Outcome> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const source = await settingsOf(values, positionals, config.domain);
  const sections = examine(await collect(config, source, values.user));
  return {
    text: values.json ? jsonReport(sections) : textReport(sections, { quiet: values.quiet }),
    code: exitCode(sections),
  };
}

interface Source {
  readonly ejabberd: EjabberdSettings;
  readonly running?: Running;
}

interface SourceOptions {
  readonly ejabberdctl?: string | undefined;
  readonly exchange?: string | undefined;
  readonly 'ejabberd-yml'?: string | undefined;
}

async function settingsOf(options: SourceOptions, args: readonly string[], domain: string): Promise<Source> {
  const file = options['ejabberd-yml'];
  if (file !== undefined && options.ejabberdctl !== undefined)
    throw new CannotLook('give --ejabberdctl or --ejabberd-yml, not both');
  if (file !== undefined) return { ejabberd: settingsFile(file, domain) };
  const usual = existsSync('/usr/sbin/ejabberdctl') ? '/usr/sbin/ejabberdctl' : 'ejabberdctl';
  const ctl = new Ejabberdctl(options.ejabberdctl ?? usual, args, options.exchange);
  const node = await nodeOf(ctl);
  const ejabberd = await runningSettings(ctl, domain);
  return { ejabberd, running: await lookAtRunning(ctl, node, ejabberd) };
}

async function collect(config: Config, { ejabberd, running }: Source, user: string): Promise<Facts> {
  const log = createLog('doctor', { level: 'fatal', pretty: false }, 2);
  const account = accountOf(ejabberd);
  const isLocal = running !== undefined || isLoopback(config.xmpp.host);
  const [from, doors, login, store, directory, archive] = await Promise.all([
    ownAddress(config),
    lookAtDoors(config, ejabberd, isLocal),
    tryLogin(config, user),
    lookAtDatabase('store', config.mysql, log),
    lookAtDirectory(config, log),
    account === undefined ? undefined : lookAtDatabase('ejabberd', account, log),
  ]);
  const facts = { bridge: config, ejabberd, from, doors, login, store, directory };
  return { ...facts, ...(running !== undefined && { running }), ...(archive !== undefined && { archive }) };
}
