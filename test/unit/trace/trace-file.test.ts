/** The file of a trace: whole lines, an end, and no fault of it is anybody's. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TraceFile } from '../../../bridge/trace/trace-file.ts';
import { built } from '../../support/root.ts';
import { waitUntil } from '../../support/wait-until.ts';

let dir: string;
let path: string;
let faults: unknown[];
const files: TraceFile[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'im-trace-'));
  path = join(dir, 'alice.log');
  faults = [];
});
afterEach(() => {
  for (const file of files.splice(0)) file.close();
  rmSync(dir, { recursive: true });
});

function open(most = 1000): TraceFile {
  const failed = (error: unknown): void => void faults.push(error);
  const file = new TraceFile({ path, most, lastLine: () => 'full\n', failed });
  files.push(file);
  return file;
}
const text = (): string => readFileSync(path, 'utf8');

test('several write to one file', () => {
  const [one, other] = [open(), open()];
  one.append('1\n');
  other.append('2\n');
  one.append('3\n');
  expect(text()).toBe('1\n2\n3\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('it ends where it is full, and says so once', () => {
  const [one, other] = [open(10), open(10)];
  for (const line of ['1234\n', '6789\n', 'more\n']) one.append(line);
  other.append('more\n');
  expect(text()).toBe('1234\n6789\nfull\n');
  expect(faults).toEqual([]);
});

test('one that was taken away is made anew', () => {
  const file = open();
  file.append('1\n');
  rmSync(path);
  file.append('2\n');
  expect(text()).toBe('2\n');
});

test.each<[string, () => void]>([
  ['a folder', () => mkdirSync(path)],
  ['a link to somewhere else', () => symlinkSync(join(dir, 'other'), path)],
  ['a pipe that nobody reads', () => void execFileSync('mkfifo', [path])],
  ['a device', () => symlinkSync('/dev/full', path)],
])('%s in its place is left as it is', (_what, make) => {
  make();
  const file = open();
  file.append('1\n');
  file.append('2\n');
  expect(faults).toHaveLength(1); // and then it rests for a while
  expect(existsSync(join(dir, 'other'))).toBe(false);
});

test('what could be written again is', async () => {
  mkdirSync(path);
  const file = open();
  file.append('lost\n');
  rmSync(path, { recursive: true });
  await waitUntil('a line to be written', () => {
    file.append('found\n');
    return existsSync(path);
  });
  expect(text()).toMatch(/^found\n/);
});

/** A limit on the size of files is what a process can have of a full disk: 1 KB of it, until it is lifted. */
const FULL_DISK = `
  import { statSync } from 'node:fs';
  import { spawnSync } from 'node:child_process';
  import { setTimeout as sleep } from 'node:timers/promises';
  const [module, path] = process.argv.slice(1);
  const { TraceFile } = await import(module);
  const faults = [];
  const file = new TraceFile({ path, most: 1e6, lastLine: () => '', failed: ({ message }) => faults.push(message) });
  const line = 'x'.repeat(299) + '\\n';
  for (let n = 0; n < 5; n += 1) file.append(line);
  spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
  const { size } = statSync(path);
  while (statSync(path).size === size) {
    await sleep(20);
    file.append(line);
  }
  console.log(JSON.stringify(faults));`;

test('a disk that is full cuts a line; when there is room, the next is whole', () => {
  const command = 'ulimit -S -f 1; exec "$0" --input-type=module -e "$1" "$2" "$3"';
  const args = ['-c', command, process.execPath, FULL_DISK, built('bridge/trace/trace-file.js'), path];
  const said = execFileSync('bash', args, { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual(['a line was written in part']);
  const lines = text().trimEnd().split('\n');
  expect(lines.slice(0, 5).map(({ length }) => length)).toEqual([299, 299, 299, 124, 299]);
});
