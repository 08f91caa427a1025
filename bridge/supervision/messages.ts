/** What the supervisor and its workers say to each other. */

export type ToWorker =
  /** Take calls, and take over: from so many workers that leave, and what these killed ones have left behind. */
  | { readonly type: 'serve'; readonly givers: number; readonly orphans: readonly number[] }
  /** Take over what this killed worker has left behind. */
  | { readonly type: 'adopt'; readonly orphans: readonly number[] }
  /** Take no calls any more, and give all sessions to who listens there. */
  | { readonly type: 'retire'; readonly to: string };

export type FromWorker =
  /** It could serve, and listens for workers that leave. */
  | { readonly type: 'ready'; readonly socket: string }
  /** A sign of life. `memory` in bytes. */
  | { readonly type: 'beat'; readonly memory: number }
  | { readonly type: 'serving' }
  /** These need nobody else. */
  | { readonly type: 'adopted'; readonly orphans: readonly number[] }
  /** It has nothing left. */
  | { readonly type: 'retired' }
  /** Its successor has gone, or does not answer. */
  | { readonly type: 'not-retired'; readonly reason: string };

/** Milliseconds between two signs of life. */
export const BEAT = 1000;

/** The environment and the open files that a worker finds. */
export const RUN_DIR = 'IM_RUN_DIR';
export const WEB_FILE = 4;
export const ADMIN_FILE = 5;
