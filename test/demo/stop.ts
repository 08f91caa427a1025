/** `npm stop`: ends the stack of a folder, and whatever a killed one left there. */
import { existsSync } from 'node:fs';
import { endLeftovers, processesOf } from '../support/leftovers.ts';
import type { StopOptions } from '../support/prepare/options.mjs';
import { removeStackFile } from '../support/stack-file.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ownerOf } from './owner-file.ts';
import { say } from './say.ts';

/** Milliseconds for the owner to stop every part in order; MariaDB alone may take half of it. */
const PATIENCE = 60_000;

/** Gives the exit status: nothing to stop is no failure. */
export async function stop({ dir }: StopOptions): Promise<number> {
  if (!existsSync(dir) || processesOf(dir).length === 0) {
    say(`nothing is running in ${dir}`);
    return 0;
  }
  const owner = ownerOf(dir);
  if (owner !== undefined) await stopOwner(owner, dir);
  const left = await endLeftovers(dir);
  if (left > 0) say(`ended ${left} processes of an earlier stack`);
  removeStackFile(dir);
  say('stopped');
  return 0;
}

async function stopOwner(owner: number, dir: string): Promise<void> {
  say('stopping');
  process.kill(owner, 'SIGTERM');
  const gone = (): boolean => ownerOf(dir) !== owner;
  await waitUntil('the stack to stop', gone, { timeout: PATIENCE, every: 50 }).catch(() => undefined);
}
