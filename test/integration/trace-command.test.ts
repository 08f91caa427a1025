/** `im-bridge trace` as a process, where no bridge runs: what it says, and what it does with words it does not know. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { demoQueries } from '../demo/site/queries.ts';
import { cli } from '../support/cli.ts';
import { secretsOf, settingsFor, writeSettings, type SettingsChange } from '../support/settings.ts';
import { freePorts } from '../support/stack-ports.ts';

let dir: string;
let path: string;

async function settings(change: SettingsChange = {}): Promise<string> {
  const mysql = { socket: '/nonexistent', user: 'nobody', password: 'none' };
  const ports = await freePorts();
  const secrets = secretsOf(dir);
  return writeSettings(
    dir,
    settingsFor({ domain: 'im.test', ports, mysql, queries: demoQueries, secrets, change }),
  ).path;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'im-trace-command-'));
  path = await settings();
});
afterAll(() => rmSync(dir, { recursive: true }));

test('adds, lists and removes, by the settings or by the stack’s folder', async () => {
  expect(await cli('trace', 'list', '--config', path)).toMatchObject({
    code: 0,
    stdout: 'Nobody is traced.\n',
  });
  const added = await cli('trace', 'add', 'alice', '--for', '2h', '--bodies', '--dir', dir);
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect(added.stdout).toMatch(/^alice is traced until 20\S+Z, with texts: \S+\/run\/traces\/alice\.log\n$/);
  expect((await cli('trace', 'list', '--dir', dir)).stdout).toMatch(
    /^alice\tuntil \S+\twith texts\t0 bytes\t\S+\n$/,
  );
  expect(await cli('trace', 'remove', 'alice', '--config', path)).toMatchObject({ code: 0 });
  const again = await cli('trace', 'remove', 'alice', '--config', path);
  expect(again).toMatchObject({ code: 1, stdout: 'alice was not traced.\n' });
  expect(readdirSync(join(dir, 'run/traces'))).toEqual([]);
});

test('tells in its help what it does', async () => {
  const { code, stdout } = await cli('trace', '--help');
  expect([code, stdout]).toEqual([0, expect.stringContaining('--bodies')]);
  expect((await cli('--help')).stdout).toContain('trace');
});

test.each([
  ['no verb', [], 'say: trace add USER'],
  ['a verb that there is not', ['begin', 'alice'], 'say: trace add USER'],
  ['nobody', ['add'], 'say: trace add USER'],
  ['two users', ['add', 'alice', 'bob'], 'say: trace add USER'],
  ['a user who can’t be', ['add', 'Alice'], 'that is no user id'],
  ['a time that is none', ['add', 'alice', '--for', 'ever'], 'as in 10m'],
  ['an option that there is not', ['add', 'alice', '--text'], "Unknown option '--text'"],
])('%s is refused in a sentence', async (_what, words, sentence) => {
  const { code, stdout, stderr } = await cli('trace', ...words, '--config', path);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
});

test('a folder that can’t be used is said, and which', async () => {
  const other = await settings({ trace: { dir: '/dev/null/traces' } });
  for (const words of [['add', 'alice'], ['list'], ['remove', 'alice']]) {
    const { code, stderr } = await cli('trace', ...words, '--config', other);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^im-bridge: \/dev\/null\S* can't be used \(E\w+\)\n$/),
    ]);
  }
});
