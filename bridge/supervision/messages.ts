/** What the supervisor and its workers say to each other. Workers are named by the ids that the supervisor gives them. */

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
export const WORKER_ID = 'IM_WORKER_ID';
export const WEB_FILE = 4;
export const ADMIN_FILE = 5;

/** Where a worker finds its place among others: the run directory, and its id. */
export interface OwnPlace {
  readonly dir: string;
  readonly id: number;
}

/** Undefined for a worker that was started by hand, without a supervisor. */
export function placeIn(env: NodeJS.ProcessEnv): OwnPlace | undefined {
  const dir = env[RUN_DIR];
  return dir === undefined ? undefined : { dir, id: Number(env[WORKER_ID]) };
}
