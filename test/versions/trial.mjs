/** The build and the suites in one Debian folder, on a copy of the project. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openly } from '../support/prepare/run.mjs';
import { Fault } from '../support/prepare/say.mjs';
import { apart } from './apart.mjs';

const CHROOT = fileURLToPath(new URL('chroot.sh', import.meta.url));
/** Of the user `tester` in the folder. */
const TESTER = 1000;
/** Not copied: what is lent, made there, or belongs to this machine alone. */
const LEFT_OUT = /^(node_modules|dist|\.git|\.run.*)$/;
const RESULTS = 'results.json';

/** A warning of one release is a fault in another. */
const STRICT = 'ERL_COMPILER_OPTIONS=warnings_as_errors';

/** @throws Fault when the modules do not compile, or not without a warning. */
export async function tryRelease(root, folder, files, dir) {
  const work = mkdtempSync(join(dir, 'trial-'));
  const remove = () => rmSync(work, { recursive: true, force: true }); // nothing in it is mounted over here
  process.on('exit', remove); // after Ctrl-C, too
  try {
    const home = copyOf(root, work);
    const run = (...command) => inside(folder, work, root, command);
    if ((await run('env', STRICT, 'npm', 'run', '--silent', 'build')) !== 0)
      throw new Fault('the build failed');
    const report = ['--json', `--outputFile=../${RESULTS}`];
    const status = await run('npm', 'run', '--silent', 'jest', '--', ...report, '--runTestsByPath', ...files);
    return summary(join(home, RESULTS), status);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/** The home of `tester`: it has the project as it is on the disk, what is not committed included. */
function copyOf(root, work) {
  const [home, tmp] = [join(work, 'home'), join(work, 'tmp')];
  const copy = join(home, 'im-bridge');
  mkdirSync(tmp);
  chmodSync(tmp, 0o1777);
  mkdirSync(home);
  const filter = (path) => resolve(path) === resolve(root) || !LEFT_OUT.test(basename(path));
  cpSync(root, copy, { recursive: true, filter });
  mkdirSync(join(copy, 'node_modules'));
  const { status } = spawnSync('chown', ['-R', `${TESTER}:${TESTER}`, home], { stdio: 'inherit' });
  if (status !== 0) throw new Fault(`chown failed on ${home}`);
  return home;
}

function inside(folder, work, root, command) {
  const modules = realpathSync(join(root, 'node_modules'));
  if ((statSync(modules).mode & 0o005) !== 0o005) {
    throw new Fault(
      `${modules} can't be read by other users, and the tests run as one: chmod -R o+rX ${modules}`,
    );
  }
  const lent = [modules, realpathSync(process.execPath), npmFolder()];
  const args = ['bash', CHROOT, folder, join(work, 'home'), join(work, 'tmp'), ...lent, ...command];
  return apart(openly, args);
}

/** The npm that runs us. */
function npmFolder() {
  const script = process.env.npm_execpath ?? '';
  if (!/npm-cli\.js$/.test(script)) throw new Fault('this is run by npm: npm run versions');
  return resolve(realpathSync(script), '../..');
}

function summary(file, status) {
  if (!existsSync(file)) return { passed: false, text: `jest ended with ${status}, without results` };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, numTotalTestSuites } =
    results;
  const tests = [`${numPassedTests} passed`, `${numFailedTests} failed`];
  if (numPendingTests > 0) tests.push(`${numPendingTests} skipped`);
  const suites = `${numTotalTestSuites} suites, ${numFailedTestSuites} of them failed`;
  return { passed: status === 0 && results.success, text: `${tests.join(', ')} (${suites})` };
}
