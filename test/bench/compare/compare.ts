/** The variants, each on a fresh stack of its own, one after the other. */
import { freePort } from '../../support/ports.ts';
import { secretsOf } from '../../support/settings.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';
import { addFriendships, addPeople } from '../site-people.ts';
import { crowdOf, type Crowd } from './crowd.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { Address } from './load-tab.ts';
import { LoadProcess } from './load-process.ts';
import type { CompareOptions, Variant } from './options.ts';
import { runPhases, WARM } from './phases.ts';
import { profiled } from './profiled.ts';

export type Compared = Readonly<Record<Variant, readonly Figures[]>>;

/** Seconds that a ticket is good for: all tabs are opened by then. */
const TICKET = 600;

/** Ahead and back again, so that what grows or fades with time meets both. */
export async function compare(options: CompareOptions, say: (text: string) => void): Promise<Compared> {
  const runs: Record<Variant, Figures[]> = { poll: [], stream: [], bosh: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    const order = round % 2 === 0 ? options.variants : options.variants.toReversed();
    for (const variant of order) {
      say(`round ${round + 1}: ${variant}`);
      runs[variant].push(await measure(variant, options));
    }
  }
  return runs;
}

async function measure(variant: Variant, options: CompareOptions): Promise<Figures> {
  const crowd = crowdOf(options.users, options.friends, options.seed);
  const bosh = await freePort();
  let figures: Figures | undefined;
  const work = async (bench: BenchStack): Promise<void> => {
    await populate(bench, crowd);
    if (variant === 'bosh') await bench.stack.end('bridge'); // nobody would run it
    figures = await underLoad(bench, variant, bosh, crowd, options);
  };
  await withStack(work, { bosh, change: settingsFor(options) });
  if (figures === undefined) throw new Error('nothing was measured');
  return figures;
}

/** All tabs come from one address here, with a connection for what each reads, and others for its calls. */
function settingsFor({ users, tabs, journal }: CompareOptions) {
  const all = (users + WARM.length) * tabs;
  return {
    limits: { polls: all, pollsPerAddress: all, connectsPerAddress: all, connectionsPerAddress: 2 * all },
    ticket: { lifetime: TICKET },
    supervisor: { journal },
    log: { level: 'warn' as const },
  };
}

async function populate({ site }: BenchStack, { people, pairs }: Crowd): Promise<void> {
  await addPeople(site, [...people, ...WARM]);
  await addFriendships(site, [...pairs, WARM]);
}

async function underLoad(
  bench: BenchStack,
  variant: Variant,
  bosh: number,
  crowd: Crowd,
  options: CompareOptions,
): Promise<Figures> {
  const { stack } = bench;
  const load = new LoadProcess();
  const around = profiled(bench, options.profile && variant !== 'bosh');
  try {
    const address = addressOf(bench, variant, bosh, options);
    return figuresOf(await runPhases({ ...options, stack, load, address, crowd, around }), options);
  } finally {
    await load.end();
  }
}

function addressOf(
  { stack, dir }: BenchStack,
  variant: Variant,
  bosh: number,
  { receipts }: CompareOptions,
): Address {
  const { bridge, xmpp, token } = stack.info;
  return {
    variant,
    url: variant === 'bosh' ? `http://127.0.0.1:${bosh}/bosh` : bridge.url,
    domain: xmpp.domain,
    receipts,
    token,
    ticket: { secret: secretsOf(dir).ticket, lifetime: TICKET },
  };
}
