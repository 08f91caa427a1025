#!/usr/bin/env node
/** `im-bridge COMMAND`: what an operator runs by hand. Another command is a line in COMMANDS. */
import { parseArgs } from 'node:util';
import { HELP as CHECK_HELP, checkConfig } from './commands/check-config.ts';
import { Misuse, type Command } from './commands/command.ts';
import { HELP as DEPLOY_HELP, deploy } from './commands/deploy.ts';
import { HELP as DRAIN_HELP, drain } from './commands/drain.ts';
import { HELP as HAPROXY_HELP, haproxyConfig } from './commands/haproxy-config.ts';
import { HELP as LOGLEVEL_HELP, loglevel } from './commands/loglevel.ts';
import { HELP as MIGRATE_HELP, migrateCommand } from './commands/migrate.ts';
import { HELP as ROLLOUT_HELP, rollout } from './commands/rollout.ts';
import { HELP as SESSIONS_HELP, sessions } from './commands/sessions.ts';
import { HELP as STATUS_HELP, status } from './commands/status.ts';
import { HELP as TOKEN_HELP, token } from './commands/token.ts';
import { HELP as TRACE_HELP, trace } from './commands/trace.ts';
import { kick, KICK_HELP, user, USER_HELP } from './commands/user.ts';
import { ConfigError, loadConfig } from './config/load.ts';
import { settingsPath } from './config/settings-path.ts';
import { CannotLook } from './doctor/cannot-look.ts';
import { HELP as DOCTOR_HELP, doctor } from './doctor/doctor.ts';
import { Unreachable } from './supervision/control.ts';
import { TraceRefused } from './trace/asking.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  'check-config': { help: CHECK_HELP, run: checkConfig },
  deploy: { help: DEPLOY_HELP, run: deploy },
  doctor: { help: DOCTOR_HELP, run: (argv) => doctor(argv, loadConfig(settingsIn(argv))) },
  drain: { help: DRAIN_HELP, run: drain },
  'haproxy-config': { help: HAPROXY_HELP, run: haproxyConfig },
  kick: { help: KICK_HELP, run: kick },
  loglevel: { help: LOGLEVEL_HELP, run: loglevel },
  migrate: { help: MIGRATE_HELP, run: migrateCommand },
  rollout: { help: ROLLOUT_HELP, run: rollout },
  sessions: { help: SESSIONS_HELP, run: sessions },
  status: { help: STATUS_HELP, run: status },
  token: { help: TOKEN_HELP, run: token },
  trace: { help: TRACE_HELP, run: trace },
  user: { help: USER_HELP, run: user },
};
const HELP = `im-bridge COMMAND [options]      what an operator does by hand

  check-config    are the settings usable?
  doctor          is ejabberd set up safely?
  migrate         brings the bridge's own tables up to date
  deploy          new code and settings take over, and nobody notices
  status          workers, sessions, links, queues and pools, live
  sessions        who is here
  user USER       how one user's session stands
  kick USER       ends it
  drain           empties workers
  loglevel LEVEL  tells more for a time
  rollout         who has the chat
  token USER      a token, for trying out
  trace           what one user does, and what is done for them
  haproxy-config  the load balancer's configuration

More with: im-bridge COMMAND --help. Each finds the bridge by its settings (--config FILE, IM_CONFIG) or by the folder of a
stack of \`npm start\` (--dir DIR, IM_DIR).
`;
/** It could not do what it was asked. */
const UNABLE = 2;

/** Of a command with options of its own. */
function settingsIn(argv: readonly string[]): string {
  const options = { config: { type: 'string' }, dir: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...argv], options, strict: false });
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return settingsPath({ config: text(values.config), dir: text(values.dir) });
}

async function main([name, ...argv]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return say(HELP, 0);
  const command = COMMANDS[name];
  if (command === undefined) return complain(`there is no command ${name}\n\n${HELP}`);
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (own.includes('--help')) return say(`${command.help}\n`, 0);
  const { text, code } = await command.run(argv);
  return say(text, code);
}

function say(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

function complain(text: string): number {
  process.stderr.write(`im-bridge: ${text.trimEnd()}\n`);
  return UNABLE;
}

/** Faults that are told by their message. */
const SENTENCES = [CannotLook, ConfigError, Misuse, TraceRefused, Unreachable];

/** A person's mistake is a sentence; a fault of ours has a stack. */
function sentence(error: unknown): string {
  if (SENTENCES.some((known) => error instanceof known)) return (error as Error).message;
  const { code = '', message, stack } = error as NodeJS.ErrnoException;
  return code.startsWith('ERR_PARSE_ARGS')
    ? `${message.split('. ')[0] ?? message}: see --help`
    : (stack ?? String(error));
}

/** `im-bridge sessions | head` has read enough; what goes into a file on a full disk is not whole. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE')
    process.exitCode = complain(`it could not be written (${error.code ?? 'error'})`);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = complain(sentence(error));
}
