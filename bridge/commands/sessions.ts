/** `im-bridge sessions`: who has a session at this machine's workers. */
import { parseArgs } from 'node:util';
import { MOST_SESSIONS } from '../admin/words.ts';
import type { SessionLine } from '../admin/session-facts.ts';
import { asJson, noMore, numberOf, WHERE, WHERE_HELP, type Said } from './command.ts';
import { tableOf } from './table.ts';
import { answersOf, askWorkers, whereOf } from './workers.ts';

export const HELP = `im-bridge sessions [--count] [--after USER] [--limit N] [--json] [--config FILE | --dir DIR]

Lists the sessions of all workers of this machine by user id: tabs, polls and streams that are held, and the link to
ejabberd. A user may be there twice, at two workers.

  --count        how many there are, and no list.
  --after USER   goes on behind this user: the last one of the page before.
  --limit N      so many, up to ${MOST_SESSIONS} (default: 50).
  --json         as JSON.
${WHERE_HELP}

Exit code: 0 told, 2 no worker could be asked.
`;

const OPTIONS = {
  ...WHERE,
  count: { type: 'boolean', default: false },
  after: { type: 'string', default: '' },
  limit: { type: 'string', default: '50' },
  json: { type: 'boolean', default: false },
} as const;

type Line = SessionLine & { readonly place: number };

export async function sessions(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  noMore(positionals, 'sessions');
  const limit = numberOf(values.limit, 'limit', 1, MOST_SESSIONS);
  const asked = { after: values.after, limit: values.count ? 1 : limit };
  const pages = answersOf(await askWorkers(whereOf(values), 'sessions', asked));
  const count = pages.reduce((sum, { said }) => sum + said.count, 0);
  if (values.count) return { text: values.json ? asJson({ count }) : `${count}\n`, code: 0 };
  const all = pages.flatMap(({ place, said }) => said.sessions.map((line): Line => ({ place, ...line })));
  const lines = all.sort((a, b) => (a.user < b.user ? -1 : a.user > b.user ? 1 : 0)).slice(0, limit);
  const more = all.length > lines.length || pages.some(({ said }) => said.more);
  return {
    text: values.json ? asJson({ count, sessions: lines, more }) : textOf(count, lines, more),
    code: 0,
  };
}

function textOf(count: number, lines: readonly Line[], more: boolean): string {
  const rows = lines.map(({ user, place, tabs, held, link }) => [user, place, tabs, held, link]);
  const table = tableOf(['user', 'worker', 'tabs', 'held', 'link'], rows);
  const last = lines.at(-1)?.user;
  const on = more && last !== undefined ? `More: im-bridge sessions --after ${quoted(last)}\n` : '';
  return `${lines.length === 0 ? '' : table}${count} session${count === 1 ? '' : 's'}\n${on}`;
}

/** For a shell: ids may have any letter. */
function quoted(word: string): string {
  return /^[\w@.:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
