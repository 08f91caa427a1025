/** What two workers say to each other when one takes over from the other; docs/hand-over.md has the order. */
import { z } from 'zod';
import type { LiveRecord } from '../session/live.ts';

/** The one that leaves says: */
export type GiverSays =
  /** First of all: these are to come, from the worker with this id (one of an older release has none). */
  | { readonly type: 'users'; readonly users: readonly string[]; readonly worker?: number }
  /** `frozen`: Unix milliseconds since when nothing reaches it. */
  | { readonly type: 'session'; readonly record: LiveRecord; readonly frozen: number }
  /** There is none of this user after all. */
  | { readonly type: 'none'; readonly user: string };

/** The one that takes over says: */
export type TakerSays =
  /** Begin, with so many at once. */
  | { readonly type: 'begin'; readonly window: number }
  /** Somebody calls for this one. */
  | { readonly type: 'want'; readonly user: string }
  /** It is here; or it can't be read, and begins anew when a tab connects. */
  | { readonly type: 'done'; readonly user: string; readonly how: 'taken' | 'refused' };

/** As far as it must be right here: what is in a record, whoever loads it sees (session/hand-over.ts). */
const giverSays = z.union([
  z.object({ type: z.literal('users'), users: z.array(z.string()), worker: z.number().optional() }),
  z.object({
    type: z.literal('session'),
    record: z.object({ session: z.object({ user: z.string() }) }),
    frozen: z.number(),
  }),
  z.object({ type: z.literal('none'), user: z.string() }),
]);

/** The other worker may be of another release. @throws ZodError for what is none of its words */
export function giverWord(value: unknown): GiverSays {
  giverSays.parse(value);
  return value as GiverSays;
}
