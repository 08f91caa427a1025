/** What the bridge says of itself, and the words of a measurement's end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchStack } from '../bench-stack.ts';
import { say, table } from '../numbers.ts';
import type { During, Tally } from './tally.ts';

/** Limits that do not stand in the way of tabs which all come from one address. */
export function settingsFor(tabs: number) {
  return {
    limits: {
      polls: 2 * tabs,
      pollsPerAddress: 2 * tabs,
      connectsPerAddress: 1_000_000,
      connectionsPerAddress: 13_500,
    },
    log: { level: 'info' as const },
  };
}

/** Are so many sessions there, with their links, and none still to come? */
export async function areAllBack({ stack }: BenchStack, sessions: number): Promise<boolean> {
  const text = await (await fetch(stack.info.metrics.url)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  return (
    value('im_handover_expected') === 0 &&
    value('im_sessions') === sessions &&
    value('im_xmpp_links\\{state="up"\\}') === sessions
  );
}

/** @param lost of tabs, the messages that they do not show */
export function report(tally: Tally, lost: number, phases: readonly During[]): void {
  const { said, doubled, refused, failed } = tally;
  const codes = [...failed].map(([code, count]) => `${code} ${count}`).join(', ') || 'none';
  say(`\n${said.size} messages; lost in a tab: ${lost}; doubled in a tab: ${doubled}`);
  say(`calls that were told to come again: ${refused}; refused for good: ${codes}\n`);
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
      phases.map((name) => rowOf(name, tally)),
    ),
  );
}

function rowOf(name: During, tally: Tally): string[] {
  const phase = tally.phase(name);
  const { latencies, presencesSeen, byTab, byToken, cut } = phase;
  return [
    name,
    String(latencies.length),
    ...[0.5, 0.99, 1].map((share) => phase.latency(share)),
    ...[0.5, 0.99].map((share) => phase.pause(share)),
    ...[presencesSeen, byTab, byToken, cut].map(String),
  ];
}

/** How often each event stands in the bridge's log; faults with their reasons. */
export function eventsIn({ stack }: BenchStack): string {
  const text = readFileSync(join(stack.plan.dir, 'logs/bridge.log'), 'utf8');
  const counts = new Map<string, number>();
  for (const [line, event = ''] of text.matchAll(/^.*"event":"([\w-]+)".*$/gm)) {
    const reason = /"err":\{[^{}]*"reason":"([\w-]+)"/.exec(line)?.[1];
    const name = reason === undefined ? event : `${event} (${reason})`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}
