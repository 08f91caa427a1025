/** `im-bridge drain`: empties workers, for a machine that is to be taken away. */
import { parseArgs } from 'node:util';
import { Misuse, noMore, numberOf, WHERE, WHERE_HELP, type Said } from './command.ts';
import { durationOf } from './duration.ts';
import { answersOf, askWorkers, whereOf } from './workers.ts';

export const HELP = `im-bridge drain [--worker N] [--end-after TIME] [--config FILE | --dir DIR]
im-bridge drain --off [--worker N]

Has the workers of this machine say that they are not ready (/ready: 503, \`draining\`), so that the load balancer sends
people to others, and open no sessions. Sessions go on until their tabs call elsewhere, which open them there; friends
see nothing of it. An empty session ends after \`limits.grace\`; \`im-bridge status\` shows how many are left. It lasts over
deploys and restarts, until --off. A deploy needs none of this.

  --worker N        that one alone (default: all of this machine).
  --end-after TIME  30s, 10m, 2h: then sessions that are left are ended; their tabs connect anew, elsewhere.
  --off             takes sessions again.
${WHERE_HELP}

Exit code: 0 done, 2 no worker could be asked.
`;

const OPTIONS = {
  ...WHERE,
  worker: { type: 'string' },
  'end-after': { type: 'string' },
  off: { type: 'boolean', default: false },
} as const;

export async function drain(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  noMore(positionals, 'drain');
  const { worker, 'end-after': after, off } = values;
  if (off && after !== undefined) throw new Misuse('--end-after goes with draining: leave out --off, or it');
  const endAfter = after === undefined ? {} : { endAfter: durationOf(after, 'end-after') };
  const place = worker === undefined ? undefined : numberOf(worker, 'worker', 1, 64);
  const answers = answersOf(await askWorkers(whereOf(values), 'drain', { on: !off, ...endAfter }, place));
  const lines = answers.map(
    ({ place: number, pid, said }) =>
      `worker ${number} (pid ${pid}) ${off ? 'takes sessions again' : 'is draining'}: ${said.sessions} sessions`,
  );
  return { text: `${lines.join('\n')}\n`, code: 0 };
}
