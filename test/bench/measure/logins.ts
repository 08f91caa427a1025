/**
 * The bridge is restarted, and everybody comes at once: sessions a second, what one takes of each part of the system, and what a login
 * waits for.
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
  atOnce: 0,
  against: 0,
  profile: 0,
});

if (options.profile > 0) makeProfilable();
await withStack(
  async (bench) => {
    const crowd = crowdOf(options.users, options.friends, 1);
    await addPeople(bench.site, crowd.people);
    await addFriendships(bench.site, crowd.pairs);
    await fillArchives(bench, crowd, options);
    const rows: string[][] = [];
    for (let n = 0; n <= options.rounds; n += 1)
      for (const atOnce of options.against > 0 ? [options.atOnce, options.against] : [options.atOnce]) {
        const row = await oneRound(bench, crowd, atOnce, n === 0 ? 'first' : `round ${n}`);
        if (row !== undefined) rows.push(row);
      }
    say(`\n${table(HEAD, rows)}`);
  },
  { change: settingsFor(options.users * options.tabs) },
);

async function oneRound(
  bench: BenchStack,
  { people, friendsOf }: Crowd,
  atOnce: number,
  name: string,
): Promise<string[] | undefined> {
  const closing = new AbortController();
  const greets = (user: string): string | undefined =>
    name === 'first' && options.peers > 0 ? friendsOf[user]?.[0] : undefined;
  if (atOnce > 0) changeAtOnce(bench, atOnce);
  const start = performance.now();
  await bench.stack.restart('bridge');
  const restart = (performance.now() - start) / 1000;
  const round = await profiled(bench, options.profile > 0 && name !== 'first')(() =>
    roundOf(bench, { people, tabs: options.tabs, greets }, closing.signal),
  );
  closing.abort();
  const title = atOnce > 0 ? `${name}, ${atOnce} at once` : name;
  say(`\n${title}: restarted in ${restart.toFixed(1)} s\n${waitsOf(round, people.length)}\n${eventsIn(bench)}`);
  return name === 'first' ? undefined : rowOf(title, round, people.length);
}

function changeAtOnce({ stack: { plan } }: BenchStack, loginsAtOnce: number): void {
  const settings = parse(readFileSync(join(plan.dir, 'im-bridge.yml'), 'utf8')) as Settings;
  writeSettings(plan.dir, { ...settings, xmpp: { ...settings.xmpp, loginsAtOnce } });
}
