/**
 * What the filter costs: its hook alone, beside a function that does nothing; and messages from client to client
 * with the filter and without, in turns, on one ejabberd. Everybody in it has 200 friends.
 */
import { withStack, type BenchStack } from '../bench-stack.ts';
import { crossfire, type ClientPair } from '../crossfire.ts';
import { ErlangNode, binary } from '../erlang-node.ts';
import { median, say, spread, table } from '../numbers.ts';
import { processorTime } from '../processor-time.ts';
import { makeCircle } from '../site-people.ts';

const PAIRS = 10;
const FRIENDS = 200;
/** Messages of a round, and rounds of each of the two kinds. */
const MESSAGES = 10_000;
const ROUNDS = 20;

const CALLS = [
  ['message to a friend', 'message', 'friend'],
  ['presence to a friend', 'presence', 'friend'],
  ['iq to a friend', 'iq', 'friend'],
  ['iq to the own server', 'own_server', 'friend'],
  ['message to a stranger: the refusal is made', 'message', 'stranger'],
  ['presence to a stranger: dropped', 'presence', 'stranger'],
] as const;

interface Round {
  /** Microseconds of ejabberd's processor time. */
  readonly processor: number;
  readonly perSecond: number;
}

await withStack(async (bench) => {
  const node = new ErlangNode(bench.dir, bench.stack.ejabberd.ports);
  const people = await makeCircle(bench.site, PAIRS * 2, FRIENDS);
  const clients = await Promise.all(people.map((id) => bench.native(id)));
  for (const client of clients) client.write('<presence/>');
  const pairs = clients.flatMap((client, index) => {
    const other = clients[index + 1];
    return index % 2 === 0 && other !== undefined ? [[client, other] as const] : [];
  });
  await calls(bench, node, people);
  await endToEnd(bench, node, pairs);
  await Promise.all(clients.map((client) => client.close()));
});

async function calls({ stack }: BenchStack, node: ErlangNode, people: readonly string[]): Promise<void> {
  const [user = '', friend = ''] = people;
  const domain = binary(stack.plan.domain);
  const rows: string[][] = [];
  for (const [name, kind, whom] of CALLS) {
    const peer = binary(whom === 'friend' ? friend : 'stranger');
    const rounds = (await node.call('hook', domain, binary(user), peer, kind)) as [number, number][];
    rows.push([name, spread(rounds.map(([filter]) => filter)), spread(rounds.map(([, nothing]) => nothing))]);
  }
  say(
    `\nThe hook alone: microseconds a packet, median of 21 rounds of 10,000 (quartiles); ${FRIENDS} friends\n`,
  );
  say(table(['', 'filter', 'a function that does nothing'], rows));
}

async function endToEnd(bench: BenchStack, node: ErlangNode, pairs: readonly ClientPair[]): Promise<void> {
  const domain = binary(bench.stack.plan.domain);
  const rounds: Record<'in' | 'out', Round[]> = { in: [], out: [] };
  await crossfire(pairs, MESSAGES); // warm
  for (let index = 0; index < ROUNDS; index += 1) {
    const order = index % 2 === 0 ? (['in', 'out'] as const) : (['out', 'in'] as const);
    for (const where of order) {
      if (where === 'out') await node.call('filter', domain, 'out');
      rounds[where].push(await round(bench, pairs));
      if (where === 'out') await node.call('filter', domain, 'in');
    }
  }
  report(rounds);
}

async function round({ stack }: BenchStack, pairs: readonly ClientPair[]): Promise<Round> {
  const { pid } = stack.ejabberd;
  const before = processorTime(pid);
  const seconds = await crossfire(pairs, MESSAGES);
  const used = processorTime(pid) - before;
  return { processor: (used * 1e6) / MESSAGES, perSecond: MESSAGES / seconds };
}

function report(rounds: Readonly<Record<'in' | 'out', readonly Round[]>>): void {
  const row = (name: string, what: keyof Round): string[] => {
    const [on, off] = [rounds.in, rounds.out].map((some) => some.map((one) => one[what]));
    const ratios = (on ?? []).map((value, index) => value / (off?.[index] ?? NaN));
    return [name, spread(on ?? [], 0), spread(off ?? [], 0), spread(ratios, 3)];
  };
  say(`\n${PAIRS} pairs, ${ROUNDS} rounds of ${MESSAGES} messages in turns; median (quartiles)\n`);
  const processor = row("microseconds of ejabberd's processor time a message", 'processor');
  const rate = row('messages a second', 'perSecond');
  say(table(['', 'with the filter', 'without', 'ratio of neighbouring rounds'], [processor, rate]));
  const extra = median(rounds.in.map((one, i) => one.processor - (rounds.out[i]?.processor ?? NaN)));
  say(
    `\nThe filter costs ${extra.toFixed(1)} microseconds of processor time a message (median of differences).`,
  );
}
