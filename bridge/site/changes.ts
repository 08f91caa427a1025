/**
 * What has changed at the site and is still to be told: the outbox, written in the transaction of the change
 * itself. Rows are read until they are done, so nothing is lost at a restart, and a row that is committed late
 * is not passed over, as it would be by a cursor. Any number of readers may do the same row.
 */

export interface Change {
  readonly id: string;
  /** One of CHANGE_KINDS; a site may send others, which are done with at once. */
  readonly kind: string;
  readonly user: string;
  readonly friend?: string;
  /** Seconds since it was written, where the site says so. */
  readonly age?: number;
}

export interface Changes {
  /** The oldest changes that are not done, some hundred at the most. @throws DirectoryUnavailable */
  next(): Promise<readonly Change[]>;
  /** Takes them off the outbox; those that are off it are no fault. @throws DirectoryUnavailable */
  done(ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export const CHANGE_KINDS = [
  'friend-added',
  /** Another group of hers. */
  'friend-changed',
  'friend-removed',
  /** Another name or picture, or an account that may chat again. */
  'user-changed',
  /** Deleted, suspended, or no longer allowed to chat. */
  'user-removed',
  'user-signed-out',
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];
