/** What every verb of `im-bridge` is made of. */
import { isUserId } from '../user-id.ts';

/** What it says, and its exit code: 0 done, 1 not done (the reason is said), 2 it could not be asked. */
export interface Said {
  readonly text: string;
  readonly code: number;
}

export interface Command {
  readonly help: string;
  /** @throws Misuse, ConfigError, Unreachable, or the TypeError of `parseArgs`: all are told as a sentence */
  readonly run: (argv: readonly string[]) => Promise<Said>;
}

/** A person has asked for what can't be: a sentence that says what to do. */
export class Misuse extends Error {
  override name = 'Misuse';
}

/** Options of all verbs, and how their help tells them. */
export const WHERE = { config: { type: 'string' }, dir: { type: 'string' } } as const;

export const WHERE_HELP = `  --config FILE  the bridge's settings; IM_CONFIG in the environment names it too.
  --dir DIR      of a stack that \`npm start\` has started; or IM_DIR in the environment.
                 Neither: im-bridge.yml in this folder, then .run/im-bridge.yml.`;

/** The one user of a verb. @throws Misuse */
export function userOf(positionals: readonly string[], verb: string): string {
  const [user, ...more] = positionals;
  if (user === undefined || more.length > 0) throw new Misuse(`name one user: im-bridge ${verb} USER`);
  return checkedUser(user);
}

/** @throws Misuse */
export function checkedUser(user: string): string {
  if (isUserId(user)) return user;
  throw new Misuse(
    'that is no user id: name the user as the site does (lower-case ASCII without backslash, 128 characters at the most)',
  );
}

/** @throws Misuse when there are words that belong to no option */
export function noMore(positionals: readonly string[], verb: string): void {
  if (positionals.length > 0)
    throw new Misuse(`im-bridge ${verb} takes options alone: leave out ${positionals.join(' ')}`);
}

/** A whole number of an option. @throws Misuse */
export function numberOf(text: string, option: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Misuse(`--${option} is a whole number from ${least} to ${most}`);
}

export const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
