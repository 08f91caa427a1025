/** `npm run bench -- NAME`: builds, and runs one measurement on a real stack of its own. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const NAMES = readdirSync(join(root, 'test/bench/measure')).map((file) => file.replace(/\.ts$/, ''));

const [name = '', ...rest] = process.argv.slice(2);
if (!NAMES.includes(name) || rest.length > 0) {
  console.error(`usage: npm run bench -- ${NAMES.join('|')}`);
  process.exit(1);
}
run('npm', ['run', '--silent', 'build']);
run(process.execPath, ['--enable-source-maps', join(root, 'dist/test/bench/measure', `${name}.js`)]);

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
