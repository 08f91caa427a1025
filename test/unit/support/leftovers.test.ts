import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STACK_VARIABLE, endLeftovers, processesOf } from '../../support/leftovers.ts';
import { waitUntil } from '../../support/wait-until.ts';

describe('the processes of a killed stack', () => {
  let dir: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'im-leftovers-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  const run = async (owned: string): Promise<ChildProcess> => {
    child = spawn('sleep', ['60'], { env: { ...process.env, [STACK_VARIABLE]: owned } });
    const { pid = 0 } = child;
    await waitUntil('the process to be seen', () => processesOf(owned).includes(pid));
    return child;
  };

  test('are found by their folder, and ended', async () => {
    const { pid } = await run(dir);
    expect(processesOf(dir)).toEqual([pid]);
    expect(await endLeftovers(dir)).toBe(1);
    expect(processesOf(dir)).toEqual([]);
  });

  test('of another folder are left alone', async () => {
    const other = await run(`${dir}-other`);
    expect(await endLeftovers(dir)).toBe(0);
    expect(other.exitCode).toBeNull();
    expect(other.signalCode).toBeNull();
  });
});
