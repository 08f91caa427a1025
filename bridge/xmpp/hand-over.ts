/** One user's XMPP session as plain data: what a worker gives to its successor, to go on with it there. */
import type { LinkRecord } from '../session/ports.ts';
import type { StreamRecord } from './library-hand-over.ts';
import type { MarkersRecord } from './markers.ts';
import type { SendingRecord } from './outbox.ts';
import type { PresenceRecord } from './own-presence.ts';
import type { SetUpRecord } from './set-up.ts';

/** To be raised with every change of the record that an older or newer worker would misunderstand. */
export const LINK_VERSION = 1;

export interface UpstreamRecord {
  readonly version: number;
  /** Unix seconds: since when a user is to go who has signed out. */
  readonly opened: number;
  readonly stream: StreamRecord;
  /** Has the session been set up to the end? */
  readonly isSetUp: boolean;
  readonly setUp: SetUpRecord;
  readonly presence: PresenceRecord;
  readonly markers: MarkersRecord;
  readonly sending: readonly SendingRecord[];
}

export function asLinkRecord(record: UpstreamRecord): LinkRecord {
  return { ...record };
}

/** @throws Error for a record that is not one of this version. */
export function upstreamRecordOf(record: LinkRecord): UpstreamRecord {
  if (record['version'] !== LINK_VERSION) throw new Error('the record is of another version');
  return record as unknown as UpstreamRecord;
}
