/** `im-bridge loglevel`: how much a running bridge tells, for a time. */
import { parseArgs } from 'node:util';
import type { LogLevel } from '../loudness.ts';
import { Misuse, WHERE, WHERE_HELP, type Said } from './command.ts';
import { durationOf } from './duration.ts';
import { answersOf, askWorkers, whereOf } from './workers.ts';

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

export const HELP = `im-bridge loglevel [LEVEL] [--for TIME] [--config FILE | --dir DIR]

Has the workers of this machine tell more, or less, for a time; then as the settings say (log.level), which a worker that
takes over does as well. Without LEVEL: says how much they tell now. LEVEL is one of ${LEVELS.join(', ')}.

  --for TIME     30s, 10m, 2h or 1d, which is the longest (default: 10m).
${WHERE_HELP}

Exit code: 0 done, 2 no worker could be asked.
`;

const OPTIONS = { ...WHERE, for: { type: 'string', default: '10m' } } as const;

export async function loglevel(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const [named, ...more] = positionals;
  const level = LEVELS.find((one) => one === named);
  if (more.length > 0 || (named !== undefined && level === undefined))
    throw new Misuse(`name one level: ${LEVELS.join(', ')}`);
  const given = { ...(level !== undefined && { level }), seconds: durationOf(values.for, 'for') };
  const answers = answersOf(await askWorkers(whereOf(values), 'loglevel', given));
  const time = level === undefined ? '' : ` for ${values.for}`;
  const lines = answers.map(({ place, pid, said }) => `worker ${place} (pid ${pid}): ${said.level}${time}`);
  return { text: `${lines.join('\n')}\n`, code: 0 };
}
