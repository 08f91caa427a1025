/** Times in options, and in what is told. */
import { secondsIn } from '../duration.ts';
import { Misuse } from './command.ts';

/** Seconds. @throws Misuse */
export function durationOf(text: string, option: string): number {
  const seconds = secondsIn(text);
  if (seconds !== undefined) return seconds;
  throw new Misuse(`--${option} is a number with s, m, h or d, as in 10m; 1d is the longest`);
}

/** Two figures of it: `45s`, `3m 10s`, `2h 5m`, `3d 4h`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
  return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3600)}h`;
}
