/** `im-bridge status`: how the bridge of this machine is, live in a terminal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Unreachable } from '../supervision/control.ts';
import { asJson, noMore, WHERE, WHERE_HELP, type Said } from './command.ts';
import { lookAt } from './overview.ts';
import { overviewText } from './overview-text.ts';
import { whereOf, type Where } from './workers.ts';

export const HELP = `im-bridge status [--once] [--json] [--config FILE | --dir DIR]

Shows the workers of this machine: sessions, tabs, polls that are held, links to ejabberd by state, logins under way and
waiting, how late the event loop is, memory, and the database pools; and of the component the link and the outbox. In a
terminal it is drawn anew each second, until Ctrl-C; else once.

  --once         once in a terminal too.
  --json         once, as JSON.
${WHERE_HELP}

Exit code: 0 all workers are ready, 1 some are not, 2 no worker could be asked.
`;

const OPTIONS = {
  ...WHERE,
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const EVERY = 1000;
/** ECMA-48: to the upper left corner, and all from there on is erased. */
const HOME = '\u001B[H\u001B[J';

export async function status(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  noMore(positionals, 'status');
  const where = whereOf(values);
  if (process.stdout.isTTY && !values.once && !values.json) {
    const ended = new AbortController();
    process.once('SIGINT', () => ended.abort());
    await redraw(where, (text) => process.stdout.write(text), ended.signal);
    return { text: '\n', code: 0 };
  }
  const overview = await lookAt(where);
  const code = overview.workers.every(({ ready }) => ready) ? 0 : 1;
  return { text: values.json ? asJson(overview) : overviewText(overview), code };
}

/** Until `ended`. A bridge that is being started anew is shown as away, and then as it is. */
export async function redraw(
  where: Where,
  write: (text: string) => unknown,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    write(`${HOME}${await shown(where)}\n${new Date().toLocaleTimeString('en-GB')}, Ctrl-C ends this`);
    await sleep(EVERY, undefined, { signal: ended }).catch(() => undefined);
  }
}

async function shown(where: Where): Promise<string> {
  try {
    return overviewText(await lookAt(where));
  } catch (error) {
    if (error instanceof Unreachable) return `${error.message}\n`;
    throw error;
  }
}
