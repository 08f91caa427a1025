/** Who has the chat while it is rolled out: the rules, and whom they choose. Pure. */
import { createHash } from 'node:crypto';

export interface RolloutRules {
  /** Who decides of those who are on no list. */
  readonly by: 'percent' | 'site';
  /** 0 to 100, in hundredths at the least. */
  readonly percent: number;
  /** Grows with each change, of the lists too. */
  readonly version: number;
}

/** User -> is the user in, or out, whatever the rules say of others? */
export type RolloutList = ReadonlyMap<string, boolean>;

/** Where both are kept. */
export interface RolloutSource {
  rules(): Promise<RolloutRules>;
  list(): Promise<RolloutList>;
}

/** Everybody: as long as nobody has said otherwise. */
export const EVERYBODY: RolloutRules = { by: 'percent', percent: 100, version: 0 };

/** Users of a percentage are told apart by so many. */
const SHARES = 10_000;

/** `ask`: that is for the site to say. */
export function isChosen(user: string, { by, percent }: RolloutRules, list: RolloutList): boolean | 'ask' {
  const listed = list.get(user);
  if (listed !== undefined) return listed;
  if (by === 'site') return 'ask';
  return percent >= 100 || shareOf(user) < percent * (SHARES / 100);
}

/**
 * Where a user stands from 0 to 9,999: the same for ever, on each machine, and of no meaning elsewhere. Who is among the
 * first 5 percent is among the first 20.
 */
export function shareOf(user: string): number {
  return createHash('sha256').update(`im-rollout ${user}`).digest().readUInt32BE(0) % SHARES;
}
