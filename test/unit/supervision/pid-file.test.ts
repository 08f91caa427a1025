import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PidFile } from '../../../bridge/supervision/pid-file.ts';
import { heardLog } from '../../support/heard-log.ts';

test('the pid file names supervisor and workers, and goes at the end', () => {
  const { log } = heardLog();
  const dir = mkdtempSync(join(tmpdir(), 'im-'));
  const pids = new PidFile(join(dir, 'pids'), log);
  pids.set(1, 11);
  pids.set(2, 22);
  pids.set(1, 33);
  expect(JSON.parse(readFileSync(join(dir, 'pids'), 'utf8'))).toEqual({
    supervisor: process.pid,
    worker: 33,
    worker2: 22,
  });
  pids.remove();
  expect(readdirSync(dir)).toEqual([]);
  rmSync(dir, { recursive: true });
});

test('a pid file that can not be written is a line in the log, and no end of the supervisor', () => {
  const { log, lines } = heardLog();
  const pids = new PidFile('/nowhere/pids', log);
  pids.set(1, 11);
  pids.remove();
  expect(lines.map(({ event }) => event)).toEqual(['pids-not-written']);
});
