/** What is compared at which size: the command line of `npm run bench -- compare`. */
import { parseArgs } from 'node:util';

/** One session for all tabs, read by long polls or by streams; or one for each tab. */
export const VARIANTS = ['poll', 'stream', 'bosh'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface CompareOptions {
  readonly users: number;
  /** Of each user. */
  readonly tabs: number;
  /** Of each user; fewer where there are not so many people. */
  readonly friends: number;
  /** Messages a second, of all users together. */
  readonly rate: number;
  /** Seconds of messages, and before that of nothing at all. */
  readonly seconds: number;
  /** Which friends, senders and pauses: the same for the same seed. */
  readonly seed: number;
  /** Seconds to wait for the servers to come to rest, at the most. */
  readonly patience: number;
  /** Runs of each variant, in turns. */
  readonly rounds: number;
  /** In this order. */
  readonly variants: readonly Variant[];
  /** Do BOSH tabs ask for receipts, and send them? Those of the bridge always do. */
  readonly receipts: boolean;
  /** Does the worker keep a journal, from which a successor takes over when it is killed? */
  readonly journal: boolean;
  /** Also says in which functions the worker spends its time; then the figures are not to be quoted. */
  readonly profile: boolean;
  /** The page that gets the results. */
  readonly page: string;
}

const DEFAULTS = {
  users: 300,
  tabs: 4,
  friends: 10,
  rate: 20,
  seconds: 30,
  seed: 1,
  patience: 60,
  rounds: 1,
};
type Count = keyof typeof DEFAULTS;
const COUNTS = Object.keys(DEFAULTS) as Count[];

/** @throws Error for what is no option or no number. */
export function optionsOf(args: readonly string[]): CompareOptions {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, { type: 'string' as const }]));
  const words = Object.fromEntries(
    ['page', 'variants', 'receipts', 'journal'].map((name) => [name, { type: 'string' as const }]),
  );
  const options = { ...counts, ...words, profile: { type: 'boolean' as const } };
  const values: Readonly<Record<string, unknown>> = parseArgs({ args: [...args], options }).values;
  const numbers = COUNTS.map((name) => [name, countOf(name, values[name] ?? DEFAULTS[name])] as const);
  return {
    ...(Object.fromEntries(numbers) as Record<Count, number>),
    page: typeof values['page'] === 'string' ? values['page'] : 'docs/performance.md',
    variants: variantsOf(values['variants'] ?? VARIANTS.join()),
    receipts: switchOf('receipts', values['receipts'] ?? 'on'),
    journal: switchOf('journal', values['journal'] ?? 'on'),
    profile: values['profile'] === true,
  };
}

function countOf(name: string, value: unknown): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0) throw new Error(`--${name} is a whole number`);
  return count;
}

function variantsOf(value: unknown): Variant[] {
  const names = String(value).split(',');
  const unknown = names.find((name) => !(VARIANTS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--variants are some of ${VARIANTS.join()}`);
  return VARIANTS.filter((variant) => names.includes(variant));
}

function switchOf(name: string, value: unknown): boolean {
  if (value !== 'on' && value !== 'off') throw new Error(`--${name} is on or off`);
  return value === 'on';
}
