/**
 * Deploys, and workers that are killed, one after the other, while people write and change how they appear: what is
 * lost, doubled or seen that should not be, and how long messages take meanwhile.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { deploy, killWorker } from '../../support/deploying.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';
import { crowdOf, type Crowd } from '../compare/crowd.ts';
import { SteadyTab } from '../deploy/steady-tab.ts';
import { Tally, type During } from '../deploy/tally.ts';
import { say, table } from '../numbers.ts';
import { addFriendships, addPeople } from '../site-people.ts';

const options = optionsOf();
/** Of a hundred, those who change how they appear. */
const CHANGING = 5;
/** Tabs that call all the time, each a session's first; and milliseconds between two of its calls. */
const PROBES = 20;
const KNOCK_EVERY = 100;
/** Milliseconds before what happens next. */
const REST = 1000;
/** Milliseconds for calls that had waited to be answered. */
const SETTLING = 300;
/** Sessions that are opened at once. */
const AT_ONCE = 20;

function optionsOf() {
  const names = { users: 1000, tabs: 4, friends: 10, rate: 20, deploys: 50, kills: 20 };
  const known = Object.fromEntries(
    Object.entries(names).map(([name, preset]) => [
      name,
      { type: 'string' as const, default: String(preset) },
    ]),
  );
  const { values } = parseArgs({ options: known });
  return Object.fromEntries(Object.keys(names).map((name) => [name, Number(values[name])])) as typeof names;
}

const all = options.users * options.tabs;
const change = {
  limits: {
    polls: 2 * all,
    pollsPerAddress: 2 * all,
    connectsPerAddress: 1_000_000,
    connectionsPerAddress: 13_500,
  },
  log: { level: 'info' as const },
};

await withStack(
  async (bench) => {
    const crowd = crowdOf(options.users, options.friends, 1);
    await addPeople(bench.site, crowd.people);
    await addFriendships(bench.site, crowd.pairs);
    const tally = new Tally(new Set(crowd.people.filter((_, index) => index % 100 < CHANGING)));
    const tabs = await openAll(bench, crowd, tally);
    say(`${options.users} sessions with ${options.tabs} tabs each are open`);
    const quiet = new AbortController();
    const load = [
      writing(crowd, tabs, tally, quiet.signal),
      changing(crowd, tabs, tally, quiet.signal),
      ...[...tabs.values()].slice(0, PROBES).map(([tab]) => knocking(tab, quiet.signal)),
    ];
    await sleep(10_000);
    for (let n = 0; n < options.deploys; n += 1) await during(bench, tally, 'deploy', n);
    for (let n = 0; n < options.kills; n += 1) await during(bench, tally, 'kill', n);
    await sleep(5000);
    quiet.abort();
    await Promise.all(load);
    const lost = await lostOf(tabs, tally);
    report(tally, lost);
    say(`\nIn the log: ${loggedIn(bench)}`);
    await Promise.all([...tabs.values()].flat().map((tab) => tab.close()));
  },
  { change },
);

type Tabs = ReadonlyMap<string, readonly SteadyTab[]>;

async function openAll({ stack }: BenchStack, { people }: Crowd, tally: Tally): Promise<Tabs> {
  const { bridge, token } = stack.info;
  const key = new TextEncoder().encode(token.secret);
  const mint = (user: string): Promise<string> =>
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setAudience(token.audience)
      .setExpirationTime('5m')
      .sign(key);
  const tabs = new Map<string, SteadyTab[]>();
  const left = [...people];
  const hand = async (): Promise<void> => {
    for (let user = left.pop(); user !== undefined; user = left.pop()) {
      const one = user;
      const own: SteadyTab[] = [];
      for (let n = 0; n < options.tabs; n += 1)
        own.push(await new SteadyTab({ url: bridge.url, user: one, token: () => mint(one), tally }).open());
      tabs.set(one, own);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  await sleep(5000); // presence of those who came last
  tally.presencesSeen.nothing = 0;
  return tabs;
}

/** So many messages a second, each from a random tab to a random friend. */
async function writing(crowd: Crowd, tabs: Tabs, tally: Tally, quiet: AbortSignal): Promise<void> {
  const sending: Promise<void>[] = [];
  for (let n = 0; !quiet.aborted; n += 1) {
    const from = oneOf(crowd.people);
    const to = oneOf(crowd.friendsOf[from] ?? []);
    const text = `m${n}`;
    tally.said.set(text, { from, to, at: performance.now(), during: tally.during });
    sending.push(oneOf(tabs.get(from) ?? []).say(to, text));
    await sleep((1000 / options.rate) * 2 * Math.random());
  }
  await Promise.all(sending);
}

async function knocking(tab: SteadyTab | undefined, quiet: AbortSignal): Promise<void> {
  while (!quiet.aborted) {
    await tab?.knock();
    await sleep(KNOCK_EVERY);
  }
}

async function changing(_: Crowd, tabs: Tabs, tally: Tally, quiet: AbortSignal): Promise<void> {
  const people = [...tally.changing];
  for (let n = 0; !quiet.aborted; n += 1) {
    await oneOf(tabs.get(oneOf(people)) ?? []).appear(n % 2 === 0 ? 'dnd' : 'online');
    await sleep(100);
  }
}

async function during(
  bench: BenchStack,
  tally: Tally,
  what: Exclude<During, 'nothing'>,
  n: number,
): Promise<void> {
  tally.begin(what);
  const start = performance.now();
  if (what === 'deploy') {
    const { ok, text } = await deploy(bench.stack);
    if (!ok) throw new Error(text);
  } else {
    await killWorker(bench.stack);
    const [count, patience] = [() => allBack(bench), { timeout: 120_000, every: 200 }];
    await waitUntil('all sessions to be back', count, patience);
    await waitUntil('all tabs to be back', () => tally.back === all, patience);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  await sleep(SETTLING);
  tally.end();
  say(`${what} ${n + 1}: ${seconds} s`);
  await sleep(REST);
}

async function allBack({ stack }: BenchStack): Promise<boolean> {
  const text = await (await fetch(stack.info.metrics.url)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  return value('im_handover_expected') === 0 && value('im_sessions') === options.users;
}

/** Messages that a tab of the two does not show, a while after the last. */
async function lostOf(tabs: Tabs, { said }: Tally): Promise<number> {
  const missing = (): number =>
    [...said].reduce((sum, [text, { from, to }]) => {
      const both = [...(tabs.get(from) ?? []), ...(tabs.get(to) ?? [])];
      return sum + both.filter((tab) => !tab.texts.has(text)).length;
    }, 0);
  await waitUntil('all messages', () => missing() === 0, { timeout: 60_000, every: 500 }).catch(
    () => undefined,
  );
  return missing();
}

function report(tally: Tally, lost: number): void {
  const phases: readonly During[] = ['nothing', 'deploy', 'kill'];
  say(
    `\n${tally.said.size} messages; lost in a tab: ${lost}; doubled in a tab: ${tally.doubled}; sends tried again: ${tally.refused}\n`,
  );
  const rows = phases.map((phase) => [
    phase,
    String(tally.delivered(phase)),
    ...[0.5, 0.99, 1].map((share) => tally.latency(phase, share).toFixed(0)),
    ...[0.5, 0.99].map((share) => tally.pause(phase, share).toFixed(0)),
    String(tally.presencesSeen[phase]),
    String(tally.byTab[phase]),
    String(tally.byToken[phase]),
    String(tally.cut[phase]),
  ]);
  say(
    table(
      [
        'sent during',
        'deliveries',
        'p50 ms',
        'p99 ms',
        'worst ms',
        'pause p50 ms',
        'pause p99 ms',
        'presence changes seen',
        'connected by tab',
        'connected anew',
        'connections cut',
      ],
      rows,
    ),
  );
}

/** How often each event stands in the bridge's log. */
function loggedIn({ stack }: BenchStack): string {
  const text = readFileSync(join(stack.plan.dir, 'logs/bridge.log'), 'utf8');
  const counts = new Map<string, number>();
  for (const [, event = ''] of text.matchAll(/"event":"([\w-]+)"/g))
    counts.set(event, (counts.get(event) ?? 0) + 1);
  return [...counts].map(([event, count]) => `${event} ${count}`).join(', ');
}

function oneOf<T>(list: readonly T[]): T {
  const found = list[Math.floor(Math.random() * list.length)];
  if (found === undefined) throw new Error('there is nobody');
  return found;
}
