/**
 * Rosters of several sizes at login: how long a native client waits for its list and a tab for its snapshot, and
 * what each of them costs in memory, in ejabberd and in the bridge. Friends are away, but for the last part.
 */
import { performance } from 'node:perf_hooks';
import { gauge } from '../../support/gauge.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';
import { ErlangNode, binary } from '../erlang-node.ts';
import { median, quantile, say, table } from '../numbers.ts';
import { addFriendships, addPeople, numbered, type Pair } from '../site-people.ts';
import type { TagClient } from '../tag-client.ts';
import { heapOf, makeCollectable } from '../worker-heap.ts';

/** Friends of each, and how many people have so many. */
const SIZES = [
  [0, 50],
  [10, 50],
  [200, 50],
  [5000, 5],
] as const;
const ONLINE = 200;

interface Native {
  readonly signIn: number;
  readonly roster: number;
  readonly presence: number;
  readonly bytes: number;
}

const HEAD = ['friends', 'people'];
const MEMORY = ['friends table, KB a session', 'process, KB a session', 'all of the node, KB a session'];

makeCollectable();
await withStack(
  async (bench) => {
    const node = new ErlangNode(bench.dir, bench.stack.ejabberd.ports);
    await populate(bench);
    const natives: string[][] = [];
    const tabs: string[][] = [];
    await (await bench.native('friend0')).close(); // the first login of all waits for what is loaded once
    await warmTab(bench);
    for (const [friends, people] of SIZES) {
      const ids = numbered(`of${friends}-`, people);
      natives.push([String(friends), String(people), ...(await measureNative(bench, node, ids))]);
      tabs.push([String(friends), String(people), ...(await measureTabs(bench, node, ids))]);
    }
    say('\nNative clients: milliseconds, median (95 %); memory in ejabberd\n');
    say(table([...HEAD, 'sign-in', 'roster', 'presence told', 'roster, KB', ...MEMORY], natives));
    say('\nTabs: milliseconds, median (95 %); memory in ejabberd and the bridge\n');
    say(table([...HEAD, 'connect to snapshot', ...MEMORY, "the bridge's heap, KB a session"], tabs));
    await allOnline(bench);
  },
  { change: { limits: { grace: 0 } } },
);

async function populate({ site }: BenchStack): Promise<void> {
  const crowd = numbered('friend', 5000);
  const people = SIZES.flatMap(([friends, count]) => numbered(`of${friends}-`, count));
  await addPeople(site, [...crowd, ...people]);
  for (const [friends, count] of SIZES) {
    const some = crowd.slice(0, friends);
    const pairs = numbered(`of${friends}-`, count).flatMap((a) => some.map((b): Pair => [a, b]));
    await addFriendships(site, pairs);
  }
}

async function warmTab(bench: BenchStack): Promise<void> {
  await (await bench.tab('friend0')).leave();
  await noSessions(bench);
}

async function measureNative(bench: BenchStack, node: ErlangNode, ids: readonly string[]): Promise<string[]> {
  const before = await memoryOf(bench, node);
  const clients: TagClient[] = [];
  const logins: Native[] = [];
  for (const id of ids) {
    const start = performance.now();
    const client = await bench.native(id);
    logins.push({ signIn: performance.now() - start, ...(await arrive(client)) });
    clients.push(client);
  }
  const used = perSession(before, await memoryOf(bench, node), ids.length);
  await Promise.all(clients.map((client) => client.close()));
  await noSessions(bench);
  const times = (['signIn', 'roster', 'presence'] as const).map((name) =>
    time(logins.map((one) => one[name])),
  );
  return [...times, kib(median(logins.map(({ bytes }) => bytes))), ...used];
}

/** What a client does after it is bound: the list, then presence; the ping is answered when that is told to all. */
async function arrive(client: TagClient): Promise<Omit<Native, 'signIn'>> {
  const before = client.bytes;
  const roster = await client.ask('get', "<query xmlns='jabber:iq:roster'/>");
  const bytes = client.bytes - before;
  client.write('<presence/>');
  return { roster, bytes, presence: await client.ask('get', "<ping xmlns='urn:xmpp:ping'/>") };
}

async function measureTabs(bench: BenchStack, node: ErlangNode, ids: readonly string[]): Promise<string[]> {
  const [before, heapBefore] = [await memoryOf(bench, node), await heapOf(bench.stack)];
  const tabs = [];
  const times: number[] = [];
  for (const id of ids) {
    const start = performance.now();
    tabs.push(await bench.tab(id));
    times.push(performance.now() - start);
  }
  const heap = (await heapOf(bench.stack)) - heapBefore;
  const used = perSession(before, await memoryOf(bench, node), ids.length);
  for (const tab of tabs) await tab.leave();
  await noSessions(bench);
  return [time(times), ...used, kib(heap / ids.length)];
}

/** Of somebody all of whose friends are online: until the presence of the last has come. */
async function allOnline(bench: BenchStack): Promise<void> {
  const friends = await Promise.all(numbered('friend', ONLINE).map((id) => bench.native(id)));
  for (const friend of friends) friend.write('<presence/>');
  const times: number[] = [];
  for (const id of numbered(`of${ONLINE}-`, 20)) {
    const client = await bench.native(id);
    await client.ask('get', "<query xmlns='jabber:iq:roster'/>");
    let left = ONLINE;
    const all = client.until(
      ({ name, attrs }) => name === 'presence' && attrs.includes("from='friend") && --left === 0,
      'the presence of all friends',
    );
    const start = performance.now();
    client.write('<presence/>');
    await all;
    times.push(performance.now() - start);
    await client.close();
  }
  say(
    `\n${ONLINE} friends who are all online: ${time(times)} milliseconds from presence to the last friend's`,
  );
  await Promise.all(friends.map((friend) => friend.close()));
}

/** Bytes: of the friends table, the sessions' processes and the node. */
async function memoryOf({ stack }: BenchStack, node: ErlangNode): Promise<number[]> {
  return (await node.call('memory', binary(stack.plan.domain))) as number[];
}

function perSession(before: readonly number[], after: readonly number[], people: number): string[] {
  return after.slice(0, 3).map((bytes, index) => kib((bytes - (before[index] ?? NaN)) / people));
}

async function noSessions({ stack }: BenchStack): Promise<void> {
  await waitUntil('all sessions to end', async () => {
    const users = (await stack.ejabberd.api('connected_users')) as unknown[];
    return users.length === 0 && (await gauge(stack, 'im_sessions')) === 0;
  });
}

function time(values: readonly number[]): string {
  return `${median(values).toFixed(1)} (${quantile(values, 0.95).toFixed(1)})`;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
