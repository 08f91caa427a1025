/**
 * The bridge is restarted, and everybody comes at once: sessions a second, what one takes of each part of the system, and what a login
 * waits for. With other settings (`--otherAtOnce`, `--otherSnapshot`) in turns.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { writeSettings, type Settings } from '../../support/settings.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';
import { crowdOf, type Crowd } from '../compare/crowd.ts';
import { makeProfilable, profiled } from '../compare/profiled.ts';
import { numbersOf } from '../deploy/options.ts';
import { eventsIn, settingsFor } from '../deploy/report.ts';
import { fillArchives } from '../logins/archive.ts';
import { rowOf, HEAD, waitsOf } from '../logins/report.ts';
import { roundOf } from '../logins/round.ts';
import { say, table } from '../numbers.ts';
import { addFriendships, addPeople } from '../site-people.ts';

const options = numbersOf({
  users: 500,
  tabs: 1,
  friends: 10,
  peers: 5,
  messages: 30,
  rounds: 3,
  atOnce: 20,
  otherAtOnce: 20,
  snapshot: 20,
  otherSnapshot: 20,
  profile: 0,
});

/** Settings that are compared: one pair, or two in turns. */
const variants = [
  { atOnce: options.atOnce, snapshot: options.snapshot },
  { atOnce: options.otherAtOnce, snapshot: options.otherSnapshot },
].filter((one, index, all) => index === 0 || JSON.stringify(one) !== JSON.stringify(all[0]));
type Variant = (typeof variants)[number];

if (options.profile > 0) makeProfilable();
await withStack(
  async (bench) => {
    const crowd = crowdOf(options.users, options.friends, 1);
    await addPeople(bench.site, crowd.people);
    await addFriendships(bench.site, crowd.pairs);
    await fillArchives(bench, crowd, options);
    const rows: string[][] = [];
    await oneRound(bench, crowd, variants[0], 'first');
    for (let n = 1; n <= options.rounds; n += 1)
      for (const variant of variants) rows.push(await oneRound(bench, crowd, variant, `round ${n}`));
    say(`\n${table(HEAD, rows)}`);
  },
  { change: settingsFor(options.users * options.tabs) },
);

/** In the first one everybody says something: then there are rows with conversations to come back to. */
async function oneRound(
  bench: BenchStack,
  { people, friendsOf }: Crowd,
  variant: Variant | undefined,
  name: string,
): Promise<string[]> {
  const closing = new AbortController();
  const isFirst = name === 'first';
  const greets = (user: string): string | undefined =>
    isFirst && options.peers > 0 ? friendsOf[user]?.[0] : undefined;
  if (variant !== undefined) change(bench, variant);
  await bench.stack.restart('bridge');
  const round = await profiled(
    bench,
    options.profile > 0 && !isFirst,
  )(() => roundOf(bench, { people, tabs: options.tabs, greets }, closing.signal));
  closing.abort();
  const title = variants.length > 1 ? `${name}, ${JSON.stringify(variant)}` : name;
  say(`\n${title}\n\n${waitsOf(round, people.length)}\nin the log: ${eventsIn(bench)}`);
  return rowOf(title, round, people.length);
}

function change({ stack: { plan } }: BenchStack, { atOnce: loginsAtOnce, snapshot }: Variant): void {
  const { xmpp, limits, ...others } = parse(
    readFileSync(join(plan.dir, 'im-bridge.yml'), 'utf8'),
  ) as Settings;
  const changed = { xmpp: { ...xmpp, loginsAtOnce }, limits: { ...limits, snapshot } };
  writeSettings(plan.dir, { ...others, ...changed });
}
