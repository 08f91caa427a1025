/** The test files that have to do with ejabberd, found by what they import. */
import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { Fault } from '../support/prepare/say.mjs';

/** What a suite imports, by itself or by others, that is about ejabberd, its auth script or its component. */
const SUBJECTS = ['ejabberd.ts', 'auth-script.ts', 'scripted-component.ts'];
const BROWSER = ['browser.ts'];

/** Paths from the project's root; without those that need a browser. */
export function suites(root, patterns) {
  const browser = related(root, BROWSER);
  const found = related(root, SUBJECTS).filter((file) => !browser.includes(file));
  const wanted = found.filter(
    (file) => patterns.length === 0 || patterns.some((part) => file.includes(part)),
  );
  if (wanted.length === 0) throw new Fault(`no suite matches: there are\n    ${found.join('\n    ')}`);
  return wanted;
}

function related(root, names) {
  const files = names.map((name) => `test/support/${name}`);
  const args = ['node_modules/jest/bin/jest.js', '--listTests', '--findRelatedTests', ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Fault(`jest could not list the suites:\n${stderr}`);
  const lines = stdout.split('\n').filter((line) => line.endsWith('.test.ts'));
  return lines.map((line) => relative(root, line)).sort();
}
