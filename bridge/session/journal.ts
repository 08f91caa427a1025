/** What a successor needs, should this process be killed: told of each change, before the server may forget it. */
import type { Live } from './live.ts';
import type { Input, LinkRecord } from './ports.ts';

export interface Journal {
  /** All of a session: it is open, or has been taken over. What is told of others is not kept. */
  whole(live: Live): void;
  /** It has taken this in. */
  took(user: string, input: Input): void;
  /** Its tabs have changed, or how the person appears. */
  changed(live: Live): void;
  /** The record of its link has; with all that was taken before, this is kept when the call returns. */
  keep(user: string, change: LinkRecord): void;
  /** It has ended, or another worker has it. */
  ended(user: string): void;
  /** What has been told until now is kept when the call returns. */
  flush(): void;
  /** There is nothing to take over any more. */
  remove(): void;
}

export const NO_JOURNAL: Journal = {
  whole: () => undefined,
  took: () => undefined,
  changed: () => undefined,
  keep: () => undefined,
  ended: () => undefined,
  flush: () => undefined,
  remove: () => undefined,
};
