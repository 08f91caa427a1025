/** What changed at the site: friendships, names, accounts. A list that whoever has acted on it takes lines off. */

export interface Change {
  /** Of the change, not of a person. */
  readonly id: string;
  readonly kind: string;
  readonly user: string;
  readonly friend?: string;
}

/** Both reject when the site does not answer. */
export interface Changes {
  /** The oldest that are on the list, some hundred at the most; the same again until they are done. */
  next(): Promise<readonly Change[]>;
  /** Takes these off the list. One that is off already is no fault. */
  done(ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
