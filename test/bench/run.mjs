/** `npm run bench [-- NAME]`: builds, and runs one measurement on real stacks of its own; without a name, `compare`. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/test/bench');
const NAMES = readdirSync(join(root, 'test/bench/measure')).map((file) => file.replace(/\.ts$/, ''));

const given = process.argv.slice(2);
const [name, ...rest] = given[0]?.startsWith('--') === false ? given : ['compare', ...given];
const isCompare = name === 'compare';
if (
  !isCompare &&
  (!NAMES.includes(name) || (rest.length > 0 && !['deploy', 'logins', 'restarts'].includes(name)))
) {
  console.error(`usage: npm run bench -- ${NAMES.join('|')}`);
  console.error(
    '       npm run bench -- compare [--users 300] [--tabs 4] [--friends 10] [--rate 20] [--seconds 30]',
  );
  console.error(
    '           [--seed 1] [--rounds 1] [--patience 60] [--page docs/performance.md] [--profile]',
  );
  console.error('           [--variants poll,stream,bosh] [--receipts on|off] [--journal on|off]');
  console.error(
    '       npm run bench -- deploy [--users 1000] [--tabs 4] [--friends 10] [--rate 20] [--deploys 50] [--kills 20]',
  );
  console.error('       npm run bench -- restarts [--users 1000] [--tabs 4] [--friends 10] [--rate 20]');
  process.exit(1);
}
run('npm', ['run', '--silent', 'build']);
const script = isCompare ? join(built, 'compare/main.js') : join(built, 'measure', `${name}.js`);
run(process.execPath, ['--enable-source-maps', script, ...rest]);

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
