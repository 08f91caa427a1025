/** `im-bridge user USER`, `im-bridge kick USER`: one user's sessions at this machine's workers. */
import { parseArgs } from 'node:util';
import type { UserFacts } from '../admin/session-facts.ts';
import { asJson, userOf, WHERE, WHERE_HELP, type Said } from './command.ts';
import { durationText } from './duration.ts';
import { tableOf } from './table.ts';
import { answersOf, askWorkers, whereOf } from './workers.ts';

export const USER_HELP = `im-bridge user USER [--json] [--config FILE | --dir DIR]

Tells how the session of one user stands: tabs, how many events each has not seen, polls that are held, the link to
ejabberd with its resource and queue. Never tab ids, tokens, or what people write.

  --json         as JSON.
${WHERE_HELP}

Exit code: 0 told, 1 this user has no session here, 2 no worker could be asked.
`;

export const KICK_HELP = `im-bridge kick USER [--config FILE | --dir DIR]

Ends the session of one user at this machine's workers: all tabs are told \`bye\`, reason \`kicked\`. The tabs ask the site
for a fresh token, so a user whom the site lets in is back within seconds: sign the account out, or suspend it, first.
On all machines at once: \`ejabberdctl kick_user USER DOMAIN\`, which ends native clients as well.

${WHERE_HELP}

Exit code: 0 ended, 1 this user has no session here, 2 no worker could be asked.
`;

const OPTIONS = { ...WHERE, json: { type: 'boolean', default: false } } as const;

export async function user(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const who = userOf(positionals, 'user');
  const answers = answersOf(await askWorkers(whereOf(values), 'user', { user: who }));
  const found = answers.flatMap(({ place, said }) =>
    said.user === undefined ? [] : [{ place, ...said.user }],
  );
  if (values.json) return { text: asJson(found), code: found.length === 0 ? 1 : 0 };
  if (found.length === 0) return { text: `${who} has no session here\n`, code: 1 };
  return { text: found.map((facts) => textOf(facts.place, facts)).join('\n'), code: 0 };
}

export async function kick(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: WHERE, allowPositionals: true });
  const who = userOf(positionals, 'kick');
  const answers = answersOf(await askWorkers(whereOf(values), 'kick', { user: who }));
  const kicked = answers.some(({ said }) => said.kicked);
  return kicked
    ? { text: `the session of ${who} has ended\n`, code: 0 }
    : { text: `${who} has no session here\n`, code: 1 };
}

function textOf(place: number, facts: UserFacts): string {
  const { friends, friendsOnline, lastEvent, eventsKept, queue, mostQueued, shown, chosen } = facts;
  const lines: [string, string][] = [
    ['worker', String(place)],
    ['link', `${facts.link}, resource ${facts.resource === '' ? '-' : facts.resource}`],
    ['queue', `${queue} of ${mostQueued} stanzas that ejabberd has not acknowledged`],
    ['shown as', shown === chosen ? shown : `${shown} (chosen: ${chosen})`],
    ['friends', `${friendsOnline} of ${friends} online`],
    ['talks', `${facts.conversations}, ${facts.unread} messages unread`],
    ['events', `${eventsKept} kept, the last is number ${lastEvent}`],
    ['row', facts.saved ? 'written as it is' : 'to be written'],
  ];
  const rows = facts.tabs.map(({ lag, held, active, silent }, index) => [
    index + 1,
    lag,
    held ? 'held' : `none for ${durationText(silent)}`,
    active ? 'yes' : 'no',
  ]);
  const head = `${facts.user}\n${lines.map(([name, text]) => `  ${name.padEnd(9)} ${text}\n`).join('')}`;
  if (rows.length === 0) return `${head}  no tab for ${durationText(facts.empty ?? 0)}\n`;
  return `${head}${tableOf(['  tab', 'events behind', 'poll', 'person there'], rows)}`;
}
