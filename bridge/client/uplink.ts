/** What a client has up to the bridge: a connection of its own (connection.ts), or one that pages share (sharing/). */
import type { PollAnswer } from './answers.ts';
import type { Pauses } from './pauses.ts';

/** What the bridge knows a tab by. `tab` is a secret: it acts for the user. */
export interface Seat {
  readonly user: string;
  readonly tab: string;
  readonly cursor: string;
  /** Milliseconds that the bridge holds a poll. */
  readonly hold: number;
}

export interface Uplink {
  /** Waits that end when the network comes back. */
  readonly pauses: Pauses;
  /** Undefined while there is none to call from. */
  readonly seat: Seat | undefined;
  /** Connects, and stays connected. Does nothing when it does so already. */
  start(): void;
  /** Ends all calls and timers. The seat is kept for the next `start`. */
  stop(): void;
  /**
   * Stops, and gives the seat up: the next `start` asks for a token. Returns it when nobody else has it, so that the
   * bridge is to be told. `signed-out`: other pages of this browser should ask the site who is signed in.
   */
  giveUp(why: 'page-goes' | 'signed-out'): Seat | undefined;
  /** A call was told that the bridge does not know this tab. */
  lost(tab: string): void;
  /** Is the person at this page? Rejects when nobody could be told. */
  setActive(active: boolean): Promise<void>;
  /** The person has just used this page. Called at every input. */
  used(): void;
}

/** What a client makes of the uplink's news. */
export interface UplinkPorts {
  /** The site says who the person is. */
  readonly identified: (user: string) => void;
  /** There is a seat, and a fresh snapshot; or the one that there was is good again. */
  readonly seated: (isNewTab: boolean) => void;
  readonly polled: (answer: Pick<PollAnswer, 'events' | 'ring'>) => void;
  /** Tells the bridge whether the person is there. Rejects when that does not succeed. */
  readonly tellActive: (active: boolean) => Promise<void>;
}
