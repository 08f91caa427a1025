#!/usr/bin/env node
/** `im-bridge COMMAND`: what an operator runs by hand. Another command is a line in COMMANDS. */
import { parseArgs } from 'node:util';
import { Misuse, type Command } from './commands/command.ts';
import { ConfigError, loadConfig } from './config/load.ts';
import { settingsPath } from './config/settings-path.ts';
import { CannotLook } from './doctor/cannot-look.ts';
import { RELEASE } from './release.ts';
import { Unreachable } from './supervision/control.ts';
import { TraceRefused } from './trace/asking.ts';

/** Each is loaded when it is asked for: with all of them a command would take twice as long to say its first word. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  'check-config': () =>
    import('./commands/check-config.ts').then((of) => ({ help: of.HELP, run: of.checkConfig })),
  deploy: () => import('./commands/deploy.ts').then((of) => ({ help: of.HELP, run: of.deploy })),
  doctor: async () => {
    const { HELP: help, doctor } = await import('./doctor/doctor.ts');
    return { help, run: (argv) => doctor(argv, loadConfig(settingsIn(argv))) };
  },
  drain: () => import('./commands/drain.ts').then((of) => ({ help: of.HELP, run: of.drain })),
  'haproxy-config': () =>
    import('./commands/haproxy-config.ts').then((of) => ({ help: of.HELP, run: of.haproxyConfig })),
  kick: () => import('./commands/user.ts').then((of) => ({ help: of.KICK_HELP, run: of.kick })),
  loglevel: () => import('./commands/loglevel.ts').then((of) => ({ help: of.HELP, run: of.loglevel })),
  migrate: () => import('./commands/migrate.ts').then((of) => ({ help: of.HELP, run: of.migrateCommand })),
  rollout: () => import('./commands/rollout.ts').then((of) => ({ help: of.HELP, run: of.rollout })),
  sessions: () => import('./commands/sessions.ts').then((of) => ({ help: of.HELP, run: of.sessions })),
  status: () => import('./commands/status.ts').then((of) => ({ help: of.HELP, run: of.status })),
  token: () => import('./commands/token.ts').then((of) => ({ help: of.HELP, run: of.token })),
  trace: () => import('./commands/trace.ts').then((of) => ({ help: of.HELP, run: of.trace })),
  user: () => import('./commands/user.ts').then((of) => ({ help: of.USER_HELP, run: of.user })),
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

More with: im-bridge COMMAND --help. Which release this is: im-bridge --version. Each command finds the bridge by its
settings (--config FILE, IM_CONFIG) or by the folder of a stack of \`npm start\` (--dir DIR, IM_DIR).
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
  if (name === '--version') return say(`${RELEASE}\n`, 0);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) return complain(`there is no command ${name}\n\n${HELP}`);
  const command = await load();
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
