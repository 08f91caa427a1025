/** Progress and faults, for a person: one short line a step, with the seconds since the start. */

import { performance } from 'node:perf_hooks';

/** A person can mend it: shown as a sentence, without a stack. */
export class Fault extends Error {
  name = 'Fault';
}

/** Seconds since this process began, as `  3.2 s`. */
export function seconds() {
  return `${(performance.now() / 1000).toFixed(1).padStart(6)} s`;
}

export function say(text) {
  console.log(`${seconds()}  ${text}`);
}
