/** What a measurement says, and about the machine that it ran on. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

/** The value that a share of all values is not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** `median (first to third quartile)`. */
export function spread(values: readonly number[], digits = 2): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share).toFixed(digits));
  return `${middle ?? ''} (${low ?? ''} to ${high ?? ''})`;
}

/** A table as Markdown has it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The machine, and how busy it is at this moment. */
export function conditions(when: string): string {
  const [model] = cpus();
  const otp = 'io:format("~s", [erlang:system_info(otp_release)]), halt().';
  const erlang = execFileSync('erl', ['-noinput', '-eval', otp], { encoding: 'utf8' });
  const load = loadavg().map((value) => value.toFixed(1));
  const machine = `${cpus().length} cores (${model?.model ?? 'unknown'}), Node ${process.version}, OTP ${erlang}`;
  return `${when}: ${machine}; load average ${load.join(', ')}`;
}
