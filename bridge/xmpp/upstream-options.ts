/** What an XMPP session of a user is made with. */
import type { Log } from '../log.ts';
import type { Downstream, LinkRecord } from '../session/ports.ts';
import type { LibraryOptions } from './library.ts';
import type { LinkOptions } from './link.ts';

export interface UpstreamOptions
  extends Omit<LibraryOptions, 'localPart'>, Omit<LinkOptions, 'take' | 'takenOver' | 'isWanted'> {
  readonly user: string;
  /** Stanzas sent and not acknowledged, at the most. */
  readonly queue: number;
  /** Messages that a set-up fetches at the most, of those that came meanwhile. */
  readonly catchUp: number;
  /** Messages of each conversation that a snapshot shows. */
  readonly snapshot: number;
  readonly log: Log;
  readonly session: Downstream;
  /** A stanza was not what it claims to be. */
  readonly onIgnored: (reason: string) => void;
  /** Of the worker that had this session before. */
  readonly before?: LinkRecord | undefined;
  /** So much is not acknowledged that a message is refused, or a notice (typing, a receipt, a marker) left out. */
  readonly onFull: (what: 'message' | 'notice') => void;
}
