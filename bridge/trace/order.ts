/** What an operator has asked for: to trace this user, until then. One small file for each, `USER.json`. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isUserId } from '../user-id.ts';

const order = z.object({
  /** Stands in every line of the trace, whichever process writes it. */
  trace: z.string().regex(/^[\w-]{1,32}$/),
  user: z.string().refine(isUserId),
  until: z.iso.datetime(),
  /** Are texts of people told? */
  bodies: z.boolean(),
});

export type Order = Readonly<z.infer<typeof order>>;

/** Seconds that a trace may last: nobody is traced for ever since somebody forgot it. */
const LONGEST = 86_400;
/** Characters of a file's name that a user id may take up; one that needs more is named by its hash. */
const LONGEST_NAME = 200;

export function isDue({ until }: Order, now = Date.now()): boolean {
  return Date.parse(until) > now;
}

/** For the names of the user's files: no id can name another folder, or be too long for a name. */
export function fileNameOf(user: string): string {
  const name = encodeURIComponent(user);
  return name.length <= LONGEST_NAME ? name : createHash('sha256').update(user).digest('hex');
}

/** Undefined for whatever is no order, or lasts longer than one may. */
export function parseOrder(text: string, now = Date.now()): Order | undefined {
  try {
    const found = order.parse(JSON.parse(text));
    return Date.parse(found.until) <= now + LONGEST * 1000 ? found : undefined;
  } catch {
    return undefined;
  }
}
