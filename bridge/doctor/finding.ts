/** What a check says of one setting. */

/** `unseen`: it could not be looked at. That is no fault, and no comfort either. */
export type Level = 'ok' | 'advice' | 'fault' | 'unseen';

export interface Finding {
  readonly level: Level;
  /** As it is written in the file that it stands in, or the thing looked at. */
  readonly setting: string;
  /** What is so, and why it matters. */
  readonly says: string;
  /** What to do about it. */
  readonly mend?: string;
}

export function ok(setting: string, says: string): Finding {
  return { level: 'ok', setting, says };
}

/** Works and is safe, and could be better. */
export function advice(setting: string, says: string, mend: string): Finding {
  return { level: 'advice', setting, says, mend };
}

/** Unsafe, or will not work. */
export function fault(setting: string, says: string, mend: string): Finding {
  return { level: 'fault', setting, says, mend };
}

export function unseen(setting: string, says: string, mend: string): Finding {
  return { level: 'unseen', setting, says, mend };
}

/** The findings, or that all is well when there are none. */
export function orOk(findings: readonly Finding[], setting: string, says: string): readonly Finding[] {
  return findings.length > 0 ? findings : [ok(setting, says)];
}
