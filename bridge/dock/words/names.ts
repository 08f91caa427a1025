/** Names of people in sentences: a name must not turn the words around it (UAX #9, 2.7 and 4.3). */

const CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** For sentences that run from right to left. */
export function isolated(name: string): string {
  return FIRST_STRONG_ISOLATE + name.replace(CONTROLS, '') + POP_ISOLATE;
}

/** For sentences that run from left to right: most names do, and need nothing. */
export function named(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? isolated(name) : name.replace(CONTROLS, '');
}
