/**
 * npm run property -- [--runs N] [--steps N] [--seed N] [--planted]
 *
 * More interleavings than `npm test` has time for. With --planted, each fault of faults.mjs is planted in turn, and
 * must be found. Exits with 0 when all is as it should be.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FAULTS, NOTHING } from './faults.mjs';
import { plant } from './plant.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A fault must show in so many batches of so many interleavings. */
const [BATCHES, BATCH] = [6, 4];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    steps: { type: 'string', default: '80' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    planted: { type: 'boolean', default: false },
  },
});

build();
process.exitCode = values.planted ? findAll() : interleave(values.runs, values.seed).status;

function build() {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** Its exit code, and the first thing that did not hold. */
function interleave(runs, seed, env = {}) {
  const numbers = { IM_RUNS: String(runs), IM_SEED: String(seed), IM_STEPS: values.steps };
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'jest', '--', 'test/property'], {
    cwd: root,
    stdio: ['ignore', values.planted ? 'ignore' : 'inherit', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0', ...numbers, ...env },
  });
  if (!values.planted) process.stderr.write(stderr);
  return { status: status ?? 1, violation: /seed \d+: .*/.exec(stderr)?.[0] };
}

function findAll() {
  if (isFound(NOTHING)) throw new Error('the planted copy fails without a fault: see npm run property');
  const missed = FAULTS.filter((fault) => !isFound(fault));
  console.log(`${FAULTS.length - missed.length} of ${FAULTS.length} faults were found`);
  return missed.length === 0 ? 0 : 1;
}

/** Only by what does not hold: a stack that does not come up has found nothing. */
function isFound(fault) {
  const built = plant(root, fault);
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const seed = Number(values.seed) + batch * BATCH;
    const { status, violation } = interleave(BATCH, seed, { IM_BUILT: built });
    if (status === 0) continue;
    if (violation === undefined) throw new Error(`with "${fault.name}" the stack does not run`);
    console.log(`found, among ${(batch + 1) * BATCH} interleavings: ${fault.name}\n  ${violation}`);
    return true;
  }
  console.log(`NOT FOUND in ${BATCHES * BATCH} interleavings: ${fault.name}`);
  return false;
}
