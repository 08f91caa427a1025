/** In which functions the worker spends its time, while something is done. */
import { readFileSync, rmSync } from 'node:fs';
import { profileFile } from './profile-file.ts';
import { waitUntil } from '../../support/wait-until.ts';
import type { BenchStack } from '../bench-stack.ts';
import { say } from '../numbers.ts';
import { summaryOf, type Profile } from './profile-summary.ts';

/** Before the stack is started: its programs can then be told to take a profile. */
export function makeProfilable(): void {
  const script = new URL('./take-profile.js', import.meta.url).href;
  process.env['NODE_OPTIONS'] = `--import=${script}`;
}

/** Runs the work as it is, unless it is `wanted`. */
export function profiled({ stack }: BenchStack, wanted: boolean) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (!wanted) return work();
    const worker = stack.info.pids['worker'] ?? NaN;
    process.kill(worker, 'SIGUSR2');
    const result = await work();
    process.kill(worker, 'SIGUSR2');
    const file = profileFile(worker);
    const profile = await waitUntil('the profile', () => JSON.parse(readFileSync(file, 'utf8')) as Profile);
    rmSync(file);
    say(summaryOf(profile));
    return result;
  };
}
