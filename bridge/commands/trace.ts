/** `im-bridge trace`: what one user does, and what is done for them, in a file of their own. */
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { settingsPath } from '../config/settings-path.ts';
import { addTrace, listTraces, removeTrace, secondsOf, TraceRefused } from '../trace/asking.ts';
import { logFileOf, traceFolder, type TraceFolder } from '../trace/orders.ts';
import { added, listed, removed } from '../trace/sentences.ts';

export const HELP = `im-bridge trace add USER [--for 10m] [--bodies]
im-bridge trace list
im-bridge trace remove USER

Traces one user at run time: calls of their browsers, their session, the stanzas of their XMPP stream, and what the
component and the external-auth script do for them, as JSON lines in one file, whose name is told. It begins within
about a second, ends by itself, and goes on over a deploy. Nobody else notices, and nothing is started anew.

  --for TIME     30s, 10m, 2h or 1d, which is the longest (default: 10m). For a user who is traced already: from now.
  --bodies       with the texts that people write; else their lengths. Think of who may read that file.
  --config FILE  the bridge's settings; IM_CONFIG in the environment names it too.
  --dir DIR      of a stack that \`npm start\` has started; or IM_DIR in the environment.

Passwords, tokens, tickets and tab ids are never told. The file stays when the trace ends: take it away yourself.

Exit code: 0 done, 1 that user is not traced, 2 it could not be done (the reason is said).
`;

const OPTIONS = {
  config: { type: 'string' },
  dir: { type: 'string' },
  for: { type: 'string', default: '10m' },
  bodies: { type: 'boolean', default: false },
} as const;

interface Outcome {
  readonly text: string;
  readonly code: number;
}

type Values = ReturnType<typeof parse>['values'];

/** @throws ConfigError, TraceRefused; TypeError for arguments that are not those of HELP */
export function trace(argv: readonly string[]): Promise<Outcome> {
  const { values, positionals } = parse(argv);
  const [verb, user, ...more] = positionals;
  const path = settingsPath(values);
  const folder = traceFolder(path, loadConfig(path));
  if (more.length === 0 && user === undefined && verb === 'list')
    return done(() => ({ text: `${listed(listTraces(folder)).join('\n')}\n`, code: 0 }));
  if (more.length > 0 || user === undefined || !['add', 'remove'].includes(verb ?? ''))
    return Promise.reject(
      new TraceRefused('say: trace add USER, trace list, or trace remove USER (--help tells more)'),
    );
  return done(() => (verb === 'add' ? add(folder, user, values) : remove(folder, user)));
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
}

/** A folder that can't be used is the operator's to mend: no stack of ours helps them. */
async function done(work: () => Outcome): Promise<Outcome> {
  try {
    return await Promise.resolve().then(work);
  } catch (error) {
    const { syscall, path, code } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const cure = code === 'EACCES' || code === 'EPERM' ? ": run this as the bridge's user" : '';
    throw new TraceRefused(`${path ?? 'the folder of traces'} can't be used (${code ?? 'error'})${cure}`, {
      cause: error,
    });
  }
}

function add(folder: TraceFolder, user: string, { for: time, bodies }: Values): Outcome {
  const status = addTrace(folder, { user, seconds: secondsOf(time), bodies });
  return { text: `${added(status)}\n`, code: 0 };
}

function remove(folder: TraceFolder, user: string): Outcome {
  const was = removeTrace(folder, user);
  return { text: `${removed(user, was, logFileOf(folder.dir, user))}\n`, code: was ? 0 : 1 };
}
