/** Processor time of a process, of all its threads. */
import { readFileSync } from 'node:fs';

/** Ticks of the kernel's clock in a second: proc(5) counts in these. */
const TICKS = 100;

/** Seconds since its start, to a hundredth. */
export function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may have blanks
  return (Number(fields[11]) + Number(fields[12])) / TICKS; // utime, stime
}
