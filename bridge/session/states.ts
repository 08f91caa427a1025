/** What stays of a user when all tabs are closed, and who keeps it. */
import type { Message } from '../protocol/events.ts';
import type { OwnPresence } from './ports.ts';

export type NewestMessage = Pick<Message, 'id' | 'at'>;

/** One row for each user. */
export interface UserState {
  /** Grows with each write; 0: there is no row yet. */
  readonly version: number;
  /** What the person chose. */
  readonly presence: OwnPresence;
  readonly ui: Readonly<Record<string, unknown>>;
  readonly uiVersion: number;
  /** The newest message that the counts below have seen; undefined before the first. */
  readonly newest?: NewestMessage;
  /** The newest first. */
  readonly conversations: readonly KeptConversation[];
}

/** What is kept of a conversation. Its messages are in the archive. */
export interface KeptConversation {
  readonly with: string;
  /** Messages of the peer past the read marker, as of `newest`. */
  readonly unread: number;
  readonly readUpTo?: string;
  /**
   * The peer's message up to which the peer may know that the user has read: it is behind `readUpTo` where that moved
   * while the user was invisible. The sender's own id of it, by which the peer knows which one is meant.
   */
  readonly readCid?: string;
  /** Its time (ISO 8601). */
  readonly readAt?: string;
  readonly peerReadUpTo?: string;
}

/** Up to where somebody has read: the `cid` of a message, and the time of it in that person's archive (ISO 8601). */
export interface ReadMarker {
  readonly cid?: string;
  readonly at: string;
}

/** The users' rows. Reject with a CallError, `unavailable`, when the database can't be asked. */
export interface States {
  /** What is stored; the state of a new user when nothing is. */
  load(user: string): Promise<UserState>;
  /**
   * Stores what `change` makes of what is stored, whoever else writes at the same time: it may be called more than
   * once, and the version is not its business. Resolves to what was stored, when it is.
   */
  update(user: string, change: (stored: UserState) => UserState): Promise<UserState>;
  /** How far each of these peers has read their conversation with the user. */
  readBy(peers: readonly string[], user: string): Promise<ReadonlyMap<string, ReadMarker>>;
}
