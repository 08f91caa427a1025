/**
 * A friendship is removed in the site's database while two native clients write to each other all the time: how
 * long after the answer to the DELETE is the last message sent that still crosses, and when does it arrive?
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../../../bridge/protocol/events.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';
import { median, quantile, say, table } from '../numbers.ts';
import { addFriendships, addPeople, numbered } from '../site-people.ts';
import { StreamOfMessages } from '../stream-of-messages.ts';
import type { Tag, TagClient } from '../tag-client.ts';

/** Refusals in a row, and milliseconds of silence, after which nothing comes any more. */
const REFUSALS = 50;
const SILENCE = 100;

const COLUMNS = [
  'last message that crossed: sent',
  'last message that crossed: arrived',
  'roster push, first of the two',
  'roster push, second of the two',
  "`roster remove` in the first one's tab",
] as const;

/** Milliseconds after the answer to the DELETE, in the order of COLUMNS. */
type Times = readonly number[];

const PAIRS = 'INSERT INTO friendships (user_id, friend_id) VALUES (?, ?), (?, ?)';
const PARTED =
  'DELETE FROM friendships WHERE (user_id = ? AND friend_id = ?) OR (user_id = ? AND friend_id = ?)';

await withStack(async (bench) => {
  const { site } = bench;
  const crowd = numbered('x', 4999); // with the other of the two, the 5,000 that the limit allows
  await addPeople(site, ['anna', 'bert', 'cora', 'dirk', ...crowd]);
  await addFriendships(site, [
    ['anna', 'bert'],
    ['cora', 'dirk'],
    ...crowd.map((id) => ['cora', id] as const),
  ]);
  report('Each has one friend', await measure(bench, 'anna', 'bert', 100));
  report('The first has 5,000 friends', await measure(bench, 'cora', 'dirk', 20));
});

function report(title: string, rounds: readonly Times[]): void {
  say(`\n${title}, ${rounds.length} times; milliseconds after the DELETE was answered\n`);
  const row = (name: string, index: number): string[] => {
    const times = rounds.map((round) => round[index] ?? NaN);
    return [
      name,
      ...[median(times), quantile(times, 0.95), Math.max(...times)].map((time) => time.toFixed(0)),
    ];
  };
  say(table(['', 'median', '95 %', 'worst'], COLUMNS.map(row)));
}

async function measure(bench: BenchStack, a: string, b: string, rounds: number): Promise<Times[]> {
  const clients = [await bench.native(a), await bench.native(b)] as const;
  for (const client of clients) await ready(client);
  const tab = (await bench.tab(a)).start();
  const streams = [new StreamOfMessages(...clients), new StreamOfMessages(clients[1], clients[0])];
  const results: Times[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await passing(streams);
    await sleep(Math.random() * 500); // at no fixed time of the component's looks
    results.push(await once(bench, clients, streams, [a, b], () => told(tab.events, b, 'remove')));
    const pushes = [pushOf(clients[0], b, 'both'), pushOf(clients[1], a, 'both')];
    await bench.site.execute(PAIRS, [a, b, b, a]);
    await Promise.all(pushes);
    await waitUntil('the tab to be told', () => told(tab.events, b, 'add') > round);
  }
  for (const stream of streams) stream.stop();
  await tab.leave();
  await Promise.all(clients.map((client) => client.close()));
  return results;
}

/** Interested in pushes (RFC 6121, section 2.1.6), and available. */
async function ready(client: TagClient): Promise<void> {
  await client.ask('get', "<query xmlns='jabber:iq:roster'/>");
  client.write('<presence/>');
}

async function once(
  { site }: BenchStack,
  clients: readonly [TagClient, TagClient],
  streams: readonly StreamOfMessages[],
  [a, b]: readonly [string, string],
  events: () => number,
): Promise<Times> {
  const before = events();
  const pushes = [pushOf(clients[0], b, 'remove'), pushOf(clients[1], a, 'remove')];
  const inTab = waitUntil('the tab to be told', () => events() > before && performance.now(), { every: 1 });
  await site.execute(PARTED, [a, b, b, a]);
  const start = performance.now();
  const times = await Promise.all([...pushes, inTab]);
  await parted(streams, start);

  const lastSent = Math.max(...streams.map((stream) => stream.sentAt(stream.last.id)));
  const lastArrived = Math.max(...streams.map(({ last }) => last.at));
  return [lastSent, lastArrived, ...times].map((time) => time - start);
}

/** When the push about the friend came. */
async function pushOf(client: TagClient, friend: string, subscription: 'both' | 'remove'): Promise<number> {
  const wanted = ({ name, attrs }: Tag): boolean =>
    name === 'item' && attrs.includes(`subscription='${subscription}'`) && attrs.includes(`jid='${friend}@`);
  await client.until(wanted, 'the roster push');
  return performance.now();
}

/** How often the tab was told of the friend. */
function told(events: readonly Event[], friend: string, op: 'add' | 'remove'): number {
  return events.filter((event) => event.type === 'roster' && event.op === op && event.id === friend).length;
}

/** Until a message that was sent from now on has arrived, both ways. */
async function passing(streams: readonly StreamOfMessages[]): Promise<void> {
  const from = streams.map(({ sent }) => sent);
  await waitUntil('messages to pass', () =>
    streams.every(({ last }, index) => last.id >= (from[index] ?? 0)),
  );
}

/** Until all is refused, both ways, and what was under way has arrived. */
async function parted(streams: readonly StreamOfMessages[], start: number): Promise<void> {
  await waitUntil('all messages to be refused', () =>
    streams.every(
      ({ last, refused }) =>
        refused - last.id > REFUSALS && performance.now() - Math.max(last.at, start) > SILENCE,
    ),
  );
}
