/**
 * The directory: what the site knows of its people. Every part asks it, and none keeps a copy.
 * An answer that can't be had is a DirectoryUnavailable, never a "no": the caller decides what that means.
 */

/** A person as the site shows them. `id` is the site's id, JID-safe as `isUserId` says. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly avatar?: string;
}

/** A friend in somebody's list, with the groups that the site sorts them into. */
export interface Friend extends Person {
  readonly groups: readonly string[];
}

export interface Directory {
  /** Who has this id; undefined when there is nobody, or the account may not chat. */
  user(id: string): Promise<Person | undefined>;
  /** The friends of `id`, no more than the configured limit; empty for an unknown id. */
  friends(id: string): Promise<Friend[]>;
  areFriends(a: string, b: string): Promise<boolean>;
  /** Has this user the chat already, in a gradual roll-out? A site that has no word on it does not answer. */
  mayChat(id: string): Promise<boolean>;
  /** Is this the site password of `id`? False for an unknown id, in the same time. */
  checkPassword(id: string, password: string): Promise<boolean>;
  /** Tells the log and the metrics whether its connections are what they should be. Never rejects. */
  checkAtStart(): Promise<void>;
  close(): Promise<void>;
}

/** The site did not answer, or not in time. `cause` is the fault below. */
export class DirectoryUnavailable extends Error {
  override name = 'DirectoryUnavailable';

  constructor(question: string, cause: unknown) {
    super(`the directory did not answer ${question}`, { cause });
  }
}
