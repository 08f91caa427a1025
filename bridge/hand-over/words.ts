/** What two workers say to each other when one takes over from the other; docs/hand-over.md has the order. */
import type { LiveRecord } from '../session/live.ts';

/** The one that leaves says: */
export type GiverSays =
  /** First of all: these are to come. */
  | { readonly type: 'users'; readonly users: readonly string[] }
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
