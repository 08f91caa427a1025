/** What the stack needs of Debian, and getting it. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { quietly } from './run.mjs';
import { Fault, say } from './say.mjs';

/** Package -> why. */
const FOR_START = {
  ejabberd: 'the XMPP server',
  'erlang-p1-mysql': "ejabberd's MySQL driver",
  'mariadb-server-core': 'the database, without a service',
  'mariadb-client-core': 'its client programs',
  openssl: 'the certificate for native clients',
};

const FOR_TEST = {
  ...FOR_START,
  chromium: 'the browser in which the dock is tested',
  'firefox-esr': 'the other one',
  'fonts-dejavu-core': 'their letters',
  'fonts-noto-color-emoji': 'their emoji',
  haproxy: 'the load balancer before several workers',
  'python3-slixmpp': 'a native XMPP client',
};

/** Names of the packages for `purpose` (start or test). */
export function packagesFor(purpose) {
  return Object.keys(purpose === 'test' ? FOR_TEST : FOR_START);
}

/** Installs what is missing of the packages for `purpose` (start or test). */
export async function installPackages(purpose) {
  const needed = purpose === 'test' ? FOR_TEST : FOR_START;
  const missing = missingOf(packagesFor(purpose));
  if (missing.length === 0) return;
  const rootless = process.getuid() !== 0;
  for (const name of missing) say(`needs the Debian package ${name}: ${needed[name]}`);
  checkMeans(missing, rootless);
  say(
    `installing ${missing.length === 1 ? 'it' : 'them'} with apt-get${rootless ? ', by sudo (it may ask for your password)' : ''}`,
  );
  const command = [
    process.execPath,
    fileURLToPath(new URL('install-packages.mjs', import.meta.url)),
    ...missing,
  ];
  if (rootless) command.unshift('sudo', '--');
  await quietly(command[0], command.slice(1), { what: 'apt-get' });
  const still = missingOf(missing);
  if (still.length > 0) throw new Fault(`apt-get has not installed ${still.join(', ')}`);
  say('the Debian packages are there; no service was started or enabled');
}

/** All of them where there is no dpkg: then nothing is known of them. */
function missingOf(names) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const installed = new Set(
    (stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

function checkMeans(missing, rootless) {
  if (!inPath('apt-get')) {
    throw new Fault(
      'this system has no apt-get, so the packages above can’t be installed here: ' +
        'im-bridge starts by itself on Debian 12. With Docker it runs anywhere: docker compose up',
    );
  }
  if (rootless && !inPath('sudo')) {
    throw new Fault(
      'installing needs root, and there is no sudo here. As root, run once:\n' +
        `    apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  }
}

function inPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK);
      return true;
    } catch {
      return false; // not in this folder
    }
  });
}
