/** A back end of the directory: what the site says, word for word. Nobody has looked at it yet: rows.ts does. */

export type Row = Readonly<Record<string, unknown>>;

/** SQL gives a hash to compare with; the API has compared already. */
export type PasswordAnswer = { readonly hash: unknown } | { readonly right: boolean };

/** Every answer may be rejected: the site did not say. Ids are user ids. */
export interface Source {
  user(id: string): Promise<Row | undefined>;
  friends(id: string): Promise<readonly Row[]>;
  areFriends(a: string, b: string): Promise<boolean>;
  mayChat(id: string): Promise<boolean>;
  password(id: string, password: string): Promise<PasswordAnswer>;
  /** As of the directory. */
  checkAtStart(): Promise<void>;
  close(): Promise<void>;
}

export type Question = Exclude<keyof Source, 'close' | 'checkAtStart'>;
