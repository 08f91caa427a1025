/** `im-bridge rollout`: who has the chat while it is rolled out. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { settingsPath } from '../config/settings-path.ts';
import type { Config } from '../config/schema.ts';
import { MysqlPool } from '../mysql/pool.ts';
import { isChosen } from '../rollout/chosen.ts';
import { migrate } from '../store/migrate.ts';
import { MOST_LISTED, RolloutListFull, RolloutStore } from '../store/rollout.ts';
import { asJson, checkedUser, Misuse, noMore, WHERE, WHERE_HELP, type Said } from './command.ts';
import { NO_LOG, saidByMysql } from './databases.ts';

export const HELP = `im-bridge rollout [--show] [--percent P | --everybody | --site] [--add USER] [--remove USER] [--forget USER]
                  [--add-file FILE] [--user USER] [--json] [--config FILE | --dir DIR]

Says, or changes, who has the chat. It is kept in the bridge's database, so all workers of all machines follow within seconds,
without a restart. Who does not have it: \`connect\` is refused for good, and the page shows nothing. Who is taken out is told
\`bye\`, and the chat goes away. Native clients are not concerned. At first everybody has it.

  --percent P      so many of a hundred, by a hash of the user id: who is in at 5 is in at 20 (0 to 100, as in 2.5).
  --everybody      the same as --percent 100.
  --site           the site says so for each user: site.queries.mayChat, or site.api.
  --add USER       is in, whatever the others are. May be said several times, as the next two.
  --remove USER    is out, whatever the others are.
  --forget USER    is neither: as the others.
  --add-file FILE  adds all of a file, one user id a line.
  --user USER      says whether this user has the chat, and why.
  --show           says how it is (as without any option).
  --json           as JSON.
${WHERE_HELP}

The list may have ${MOST_LISTED} users. An alpha test: --percent 0 --add-file testers.txt

Exit code: 0 done, 1 (with --user) this user does not have it, 2 it could not be done (the reason is said).
`;

const many = { type: 'string', multiple: true, default: [] as string[] } as const;
const OPTIONS = {
  ...WHERE,
  show: { type: 'boolean', default: false },
  percent: { type: 'string' },
  everybody: { type: 'boolean', default: false },
  site: { type: 'boolean', default: false },
  add: many,
  'add-file': { type: 'string' },
  remove: many,
  forget: many,
  user: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parsed>['values'];

interface Change {
  readonly decide?: { readonly by: 'percent' | 'site'; readonly percent: number };
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly forget: readonly string[];
}

export async function rollout(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parsed(argv);
  noMore(positionals, 'rollout');
  const change = changeOf(values);
  const user = values.user === undefined ? undefined : checkedUser(values.user);
  const config = loadConfig(settingsPath(values));
  if (change.decide?.by === 'site') checkSiteAnswers(config);
  return await withStore(config, async (store) => {
    await apply(store, change);
    return user === undefined ? await show(store, values.json) : await verdict(store, user, values.json);
  });
}

function parsed(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
}

/** @throws Misuse */
function changeOf(values: Values): Change {
  const { percent, everybody, site } = values;
  if ([percent !== undefined, everybody, site].filter(Boolean).length > 1)
    throw new Misuse('say one of --percent, --everybody and --site');
  const file = values['add-file'];
  const add = [...values.add, ...(file === undefined ? [] : usersIn(file))].map(checkedUser);
  const [remove, forget] = [values.remove.map(checkedUser), values.forget.map(checkedUser)];
  const twice =
    [...remove, ...forget].find((user) => add.includes(user)) ?? remove.find((user) => forget.includes(user));
  if (twice !== undefined) throw new Misuse(`${twice} can't be added and taken out at once`);
  if (site) return { decide: { by: 'site', percent: 100 }, add, remove, forget };
  const share = everybody ? 100 : percent === undefined ? undefined : percentOf(percent);
  return { ...(share !== undefined && { decide: { by: 'percent', percent: share } }), add, remove, forget };
}

/** @throws Misuse */
function percentOf(text: string): number {
  const percent = Number(text);
  if (/^\d{1,3}(\.\d{1,2})?$/.test(text) && percent <= 100) return percent;
  throw new Misuse('--percent is a number from 0 to 100, with two digits behind the point at the most');
}

/** @throws Misuse */
function usersIn(file: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.map((line) => line.trim()).filter((line) => line !== '');
  } catch (error) {
    throw new Misuse(`${file} can't be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}

/** @throws Misuse */
function checkSiteAnswers({ site }: Config): void {
  if (site.queries.mayChat === undefined && site.api === undefined)
    throw new Misuse('the site can not say: set site.queries.mayChat, or site.api (docs/directory.md)');
}

async function withStore<T>(config: Config, work: (store: RolloutStore) => Promise<T>): Promise<T> {
  const pool = new MysqlPool('rollout', { ...config.mysql, pool: { ...config.mysql.pool, size: 1 } }, NO_LOG);
  try {
    await migrate(config.mysql, NO_LOG);
    return await work(new RolloutStore(pool));
  } catch (error) {
    if (error instanceof RolloutListFull) throw new Misuse(error.message);
    throw saidByMysql(error);
  } finally {
    await pool.close();
  }
}

/** The list first: whoever is to stay is not sent away meanwhile. */
async function apply(store: RolloutStore, { decide, add, remove, forget }: Change): Promise<void> {
  if (add.length > 0) await store.put(add, true);
  if (remove.length > 0) await store.put(remove, false);
  if (forget.length > 0) await store.forget(forget);
  if (decide !== undefined) await store.decide(decide.by, decide.percent);
}

async function show(store: RolloutStore, json: boolean): Promise<Said> {
  const [{ by, percent }, { inside, outside }] = await Promise.all([store.rules(), store.counts()]);
  if (json) return { text: asJson({ by, percent, added: inside, removed: outside }), code: 0 };
  const who =
    by === 'site'
      ? 'those for whom the site says so'
      : percent === 100
        ? 'everybody'
        : `${percent} % of all users`;
  return { text: `${who}, with ${inside} who are added, and without ${outside} who are removed\n`, code: 0 };
}

async function verdict(store: RolloutStore, user: string, json: boolean): Promise<Said> {
  const [rules, listed] = await Promise.all([store.rules(), store.listed(user)]);
  const list = new Map(listed === undefined ? [] : [[user, listed] as const]);
  const chosen = isChosen(user, rules, list);
  const why =
    listed !== undefined
      ? listed
        ? 'added'
        : 'removed'
      : rules.by === 'site'
        ? 'the site decides'
        : `${rules.percent} % of all`;
  const answer =
    chosen === 'ask'
      ? 'the site is asked when this user connects'
      : chosen
        ? 'has the chat'
        : 'does not have the chat';
  if (json) return { text: asJson({ user, chosen, why }), code: chosen === false ? 1 : 0 };
  return { text: `${user}: ${answer} (${why})\n`, code: chosen === false ? 1 : 0 };
}
