/** What ends a user's session for good: nobody logs in again for them. */
import { CallError } from '../errors.ts';
import type { Input } from '../session/ports.ts';

export type End = Extract<Input, { type: 'ended' }>['reason'];

/** The site says that the user is to go. */
export class Dismissed extends CallError {
  readonly reason: End;

  constructor(reason: End) {
    super('bad-token', `the site says that this user is to go (${reason}): get a fresh token from it`);
    this.reason = reason;
  }
}

/** RFC 6120, section 4.9.3: what ejabberd says when an admin ends a session, or the site does (site_changes.erl). */
export const FINAL: Readonly<Record<string, End>> = {
  'policy-violation': 'kicked',
  'not-authorized': 'removed',
  reset: 'signed-out',
};
