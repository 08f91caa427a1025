/** Node's part: its version, the npm packages, and the build. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from './run.mjs';
import { Fault, say } from './say.mjs';

/** As `engines` of package.json: what the build's tools need. */
const LEAST = [20, 19];
/** What the build reads. */
const SOURCES = ['bridge', 'ejabberd-modules', 'test', 'package.json', 'package-lock.json', 'tsconfig.json'];
const STAMP = 'dist/.built';

/** @throws Fault when Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new Fault(
    `im-bridge needs Node ${LEAST.join('.')} or later, and this is ${process.versions.node}: ` +
      'install a newer one from https://nodejs.org',
  );
}

/** `npm ci`, unless node_modules was filled after package-lock.json last changed. */
export async function installModules(root) {
  const filled = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(filled) && statSync(filled).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing the npm packages of package-lock.json');
  const options = ['--include=dev', '--no-audit', '--no-fund'];
  try {
    await npm(root, ['ci', ...options], 'npm ci');
  } catch (error) {
    // A lock made where a registry lacked some other platform's package: `install` takes the same versions.
    if (!/Missing: .* from lock file/.test(error.message)) throw error;
    await npm(root, ['install', '--no-save', ...options], 'npm install');
  }
}

/** `npm run build`, unless the sources are those of the last build. */
export async function build(root) {
  const stamp = join(root, STAMP);
  const sources = fingerprint(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  say('building');
  await npm(root, ['run', '--silent', 'build'], 'npm run build');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, sources);
}

/** The npm that runs us, or the one in the path. */
async function npm(root, args, what) {
  const script = process.env.npm_execpath;
  const known = script !== undefined && /npm-cli\.js$/.test(script);
  await quietly(known ? process.execPath : 'npm', [...(known ? [script] : []), ...args], { what, cwd: root });
}

/** A hash over names and contents: dates say nothing after a checkout. */
function fingerprint(root) {
  const hash = createHash('sha256').update(process.version);
  for (const file of SOURCES.flatMap((name) => filesUnder(root, name))) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function filesUnder(root, name) {
  const path = join(root, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path)
    .sort()
    .flatMap((child) => filesUnder(root, join(name, child)));
}
