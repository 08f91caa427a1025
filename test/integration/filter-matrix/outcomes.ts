/** What may become of a stanza, as its sender and its receiver see it. */

/** RFC 6120, section 8.3.3. */
export type Condition =
  | 'not-allowed'
  | 'service-unavailable'
  | 'feature-not-implemented'
  | 'bad-request'
  | 'forbidden'
  | 'subscription-required'
  | 'item-not-found'
  | 'not-acceptable'
  | 'internal-server-error'
  | 'remote-server-not-found';

export type Outcome =
  /** The receiver's client has it, and nobody else said a word. */
  | 'passes'
  /** The receiver's client has it, and answers by itself. */
  | 'passes, answered'
  | `passes, error ${Condition}`
  /** It comes with the receiver's next login. */
  | 'stored'
  /** The server answers by itself: with a result, or with a presence. */
  | 'answered'
  /** The receiver's client has nothing, the sender has this error. */
  | `error ${Condition}`
  /** Neither hears anything. */
  | 'silent';

/** What the sender of a refused message or request gets. */
export const REFUSED = 'error not-allowed' satisfies Outcome;
