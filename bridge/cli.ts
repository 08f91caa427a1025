#!/usr/bin/env node
/** `im-bridge COMMAND`: what an operator runs by hand. Another command is a line in COMMANDS. */
import { ConfigError, configPath, loadConfig } from './config/load.ts';
import { HELP as DEPLOY_HELP, deploy } from './deploy-command.ts';
import { CannotLook } from './doctor/cannot-look.ts';
import { HELP as DOCTOR_HELP, doctor } from './doctor/doctor.ts';
import { Unreachable } from './supervision/control.ts';
import { HELP as TRACE_HELP, trace } from './trace-command.ts';
import { TraceRefused } from './trace/asking.ts';

interface Command {
  readonly help: string;
  readonly run: (argv: readonly string[]) => Promise<{ readonly text: string; readonly code: number }>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  deploy: { help: DEPLOY_HELP, run: deploy },
  doctor: { help: DOCTOR_HELP, run: (argv) => doctor(argv, loadConfig(configPath(argv))) },
  trace: { help: TRACE_HELP, run: trace },
};
const HELP = `im-bridge COMMAND [--config FILE] [options]
  FILE is the bridge's settings (im-bridge.yml); IM_CONFIG in the environment names it too.

Commands: ${Object.keys(COMMANDS).join(', ')}. More with: im-bridge COMMAND --help
`;
/** It could not do what it was asked. */
const UNABLE = 2;

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

/** A person's mistake is a sentence; a fault of ours has a stack. */
function sentence(error: unknown): string {
  const told = [CannotLook, ConfigError, TraceRefused, Unreachable];
  if (error instanceof Error && told.some((kind) => error instanceof kind)) return error.message;
  const { code = '', message, stack } = error as NodeJS.ErrnoException;
  return code.startsWith('ERR_PARSE_ARGS') ? message : (stack ?? String(error));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = complain(sentence(error));
}
