/** Who waited in vain says what for, for how long, behind what, and which code had asked. */
import type { CallSite } from './call-site.ts';
import type { Ahead } from './tasks.ts';

/** Something scarce, at the moment when somebody gave up. */
export interface Busy {
  readonly limit: number;
  readonly inUse: number;
  readonly waiting: number;
  /** What it is busy with, the longest first. */
  readonly behind: readonly Ahead[];
}

/** No turn was to be had, in time or at all: nothing was begun. */
export class NoTurn extends Error {
  override name = 'NoTurn';
  readonly waitedFor: string;
  readonly seconds: number;
  readonly state: Busy;

  constructor(waitedFor: string, seconds: number, state: Busy) {
    super(`waited ${seconds.toFixed(2)} s for ${waitedFor} (${describeBusy(state)})`);
    this.waitedFor = waitedFor;
    this.seconds = seconds;
    this.state = state;
  }
}

/** As one sentence of a message. */
export function describeBusy({ limit, inUse, waiting, behind: [longest] }: Busy): string {
  const behind = longest && `, the longest for ${longest.seconds.toFixed(2)} s: ${longest.what}`;
  return `${inUse} of ${limit} in use, ${waiting} waiting${behind ?? ''}`;
}

/** @param since monotonic milliseconds */
export function noTurn(waitedFor: string, since: number, state: Busy, site: CallSite): NoTurn {
  return site.mark(new NoTurn(waitedFor, (performance.now() - since) / 1000, state));
}
