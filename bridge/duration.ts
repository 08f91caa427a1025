/** Times as an operator writes them: `30s`, `10m`, `2h`, `1d`. */

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** Seconds: of nothing that is for a time is it for longer. */
const LONGEST = 86_400;

/** Seconds, 1 to 86,400; undefined for what is no such time. */
export function secondsIn(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (UNITS[unit] ?? 0);
  return seconds >= 1 && seconds <= LONGEST ? seconds : undefined;
}
