/** One variant from an empty stack to the last message: what each phase took. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../support/stack.ts';
import type { Crowd } from './crowd.ts';
import type { Counted } from './deliveries.ts';
import type { Address } from './load-tab.ts';
import type { LoadProcess } from './load-process.ts';
import type { CompareOptions } from './options.ts';
import type { Talk } from './orders.ts';
import { costsOf, total, type Costs } from './server-cost.ts';

/** The servers are at rest when they take less than this share of a core, for so many seconds in a row. */
const REST = 0.1;
const SECONDS_OF_REST = 3;
/** Two people beside all others, who have talked before anything is measured: what is loaded once is loaded. */
export const WARM = ['warm0', 'warm1'] as const;
const WARM_UP = { friendsOf: { warm0: ['warm1'], warm1: ['warm0'] }, rate: 20, seconds: 3 };

export interface Phase {
  /** At its end. */
  readonly costs: Costs;
  readonly seconds: number;
}

/** `nobody` is before all others; `further`: the tabs of each user but the first. */
export interface Phases {
  readonly nobody: Phase;
  readonly first: Phase;
  readonly further: Phase;
  readonly idle: Phase;
  readonly messages: Phase;
  readonly counted: Counted;
}

export interface PhasesOptions extends CompareOptions {
  readonly stack: Stack;
  readonly load: LoadProcess;
  readonly address: Address;
  readonly crowd: Crowd;
  /** Called around the messages. */
  readonly around: <T>(work: () => Promise<T>) => Promise<T>;
}

export async function runPhases(options: PhasesOptions): Promise<Phases> {
  const { load, address, crowd, tabs, seconds, around } = options;
  const further = Array.from({ length: tabs - 1 }, (_, index) => index + 1);
  await load.open(address, WARM, [0, ...further]);
  await load.talk({ ...talkOf(options), ...WARM_UP });
  const [nobody] = await timed(options, () => rest(options));
  const [first] = await settled(options, () => load.open(address, crowd.people, [0]));
  const [more] = await settled(options, () => load.open(address, crowd.people, further));
  const [idle] = await timed(options, () => sleep(seconds * 1000));
  const [messages, counted] = await settled(options, () => around(() => load.talk(talkOf(options))));
  return { nobody, first, further: more, idle, messages, counted };
}

function talkOf({ address, crowd: { friendsOf }, seed, tabs, rate, seconds }: PhasesOptions): Talk {
  return { address, friendsOf, tabs, rate, seconds, seed };
}

/** What is begun goes on for a while: presence on its way, rows that are written later. It belongs to the phase. */
function settled<T>(options: PhasesOptions, work: () => Promise<T>): Promise<[Phase, T]> {
  return timed(options, async () => {
    const result = await work();
    await rest(options);
    return result;
  });
}

async function timed<T>({ stack }: PhasesOptions, work: () => Promise<T>): Promise<[Phase, T]> {
  const start = performance.now();
  const result = await work();
  return [{ costs: costsOf(stack), seconds: (performance.now() - start) / 1000 }, result];
}

async function rest({ stack, patience }: PhasesOptions): Promise<void> {
  let before = total(costsOf(stack), 'processor');
  for (let second = 0, quiet = 0; second < patience && quiet < SECONDS_OF_REST; second += 1) {
    await sleep(1000);
    const now = total(costsOf(stack), 'processor');
    quiet = now - before < REST ? quiet + 1 : 0;
    before = now;
  }
}
