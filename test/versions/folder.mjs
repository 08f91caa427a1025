/** A folder with a small Debian, one release of ejabberd and what the suites need. Made once, and kept. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quietly } from '../support/prepare/run.mjs';
import { Fault, say } from '../support/prepare/say.mjs';
import { apart } from './apart.mjs';
import { proxies, scriptOf } from './machine.mjs';
import { PACKAGES } from './releases.mjs';

const INSTALL = fileURLToPath(new URL('install.sh', import.meta.url));
const PREFERENCES = 'etc/apt/preferences.d/ejabberd';
/** How it was made; not there while it is being made. */
const STAMP = 'etc/im-bridge-recipe';

/**
 * Makes it, unless it is there, and gives its path.
 *
 * @throws Fault with the output of what failed.
 */
export async function debianFolder(release, { dir, mirror, fresh }) {
  const folder = join(dir, release.version);
  const recipe = recipeOf(release);
  if (!fresh && recipe === readIfThere(join(folder, STAMP))) return folder;
  mkdirSync(dir, { recursive: true });
  remove(folder);
  const unfinished = `${folder}.new`;
  remove(unfinished);
  say(`making a Debian folder for ejabberd ${release.version}: ${folder}`);
  await bootstrap(release, unfinished, mirror);
  await install(release, unfinished, mirror);
  writeFileSync(join(unfinished, STAMP), recipe);
  renameSync(unfinished, folder);
  return folder;
}

function recipeOf(release) {
  const hash = createHash('sha256')
    .update(JSON.stringify([release, PACKAGES]))
    .update(readFileSync(INSTALL));
  return hash.digest('hex');
}

/** In a mount namespace of its own: debootstrap mounts /proc in the folder, and may be interrupted. */
async function bootstrap({ suite }, folder, mirror) {
  const names = Object.entries(proxies()).map(([scheme, proxy]) => [`${scheme}_proxy`, proxy]);
  const env = { ...process.env, ...Object.fromEntries(names) };
  const options = ['--variant=minbase', '--include=ca-certificates'];
  const args = ['debootstrap', ...options, suite, folder, mirror, scriptOf(suite)];
  await apart(quietly, args, { what: 'debootstrap', env });
}

async function install({ suite, backports }, folder, mirror) {
  const suites = [suite, backports].filter((name) => name !== undefined);
  const sources = suites.map((name) => `deb ${mirror} ${name} main\n`).join('');
  writeFileSync(join(folder, 'etc/apt/sources.list'), sources);
  writeFileSync(join(folder, 'etc/apt/apt.conf.d/90mirror'), aptSettings());
  if (backports !== undefined) {
    const pin = `Package: src:ejabberd src:erlang src:erlang-*\nPin: release n=${backports}\nPin-Priority: 990\n`;
    writeFileSync(join(folder, PREFERENCES), pin);
  }
  await apart(quietly, ['sh', INSTALL, folder, ...PACKAGES], { what: 'apt-get' });
}

/** A snapshot of Debian has the signature of its day: an old date is right there, a wrong signature never. */
function aptSettings() {
  const lines = Object.entries(proxies()).map(([scheme, proxy]) => `Acquire::${scheme}::Proxy "${proxy}";\n`);
  return ['Acquire::Check-Valid-Until "false";\n', ...lines].join('');
}

/** The release that is in the folder, as `23.01-1`. @throws Fault when it is another one than was asked for. */
export function installedVersion(folder, version) {
  const status = readFileSync(join(folder, 'var/lib/dpkg/status'), 'utf8').split('\n\n');
  const entry = status.find((text) => text.startsWith('Package: ejabberd\n')) ?? '';
  const installed = /^Version: (.+)$/m.exec(entry)?.[1] ?? 'nothing';
  if (installed.startsWith(version)) return installed;
  throw new Fault(
    `Debian has ejabberd ${installed} by now where ${version} was: see docs/ejabberd-versions.md for older mirrors`,
  );
}

/** Nothing of ours stays mounted, but somebody may have: what is mounted there must never be removed. */
function remove(folder) {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const inside = mounts
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  if (inside.length > 0)
    throw new Fault(`${inside[0]} is mounted: unmount it, then ${folder} can be made anew`);
  rmSync(folder, { recursive: true, force: true });
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
