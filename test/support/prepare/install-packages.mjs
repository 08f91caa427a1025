/**
 * Runs as root: `install-packages.mjs NAME...` installs Debian packages so that no service of theirs
 * starts, now or at the next boot. The stack runs its own private processes; a system service would take
 * the standard ports and data folders of a machine that did not ask for one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian asks this program before a package starts or stops a service (invoke-rc.d, deb-systemd-invoke). */
const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_TEXT = `#!/bin/sh
# Put here by im-bridge while it installs packages, and removed afterwards: no service starts meanwhile.
exit 101
`;
const UNITS = '/etc/systemd/system';
/** Seconds to wait for another apt, such as the nightly upgrade. */
const LOCK_TIMEOUT = 300;

const aptOptions = ['-q', '-y', '-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT}`];

/** Ctrl-C reaches apt-get as well, which ends by itself; what this program put in place is then removed. */
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    if (signal !== 'SIGINT') current?.kill(signal);
  });
}
let current;

async function apt(...args) {
  if (interrupted) return 130;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  current = spawn('apt-get', [...aptOptions, ...args], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    current.once('error', () => resolve(127));
    current.once('close', (status) => resolve(status ?? 1));
  });
}

/** Says whether the refusal is ours to remove: an older one of ours may be left from a killed run. */
function refuseServices() {
  if (existsSync(POLICY)) return readFileSync(POLICY, 'utf8') === POLICY_TEXT;
  writeFileSync(POLICY, POLICY_TEXT, { mode: 0o755 });
  return true;
}

/** What starts at boot: systemd's links, and those of System V. */
function enabled() {
  const found = new Set();
  const add = (folder, wanted) => {
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) if (wanted.test(name)) found.add(join(folder, name));
  };
  for (const name of existsSync(UNITS) ? readdirSync(UNITS) : []) {
    if (/\.(wants|requires)$/.test(name)) add(join(UNITS, name), /./);
  }
  for (const level of [2, 3, 4, 5]) add(`/etc/rc${level}.d`, /^S\d\d/);
  return found;
}

function disable(link) {
  const name = link.slice(link.lastIndexOf('/') + 1);
  if (link.startsWith(UNITS)) spawnSync('systemctl', ['--no-reload', 'disable', name]);
  else spawnSync('update-rc.d', [name.replace(/^S\d\d/, ''), 'disable']);
  rmSync(link, { force: true }); // where there is no systemctl
}

function disableNew(before) {
  const links = [...enabled()].filter((link) => !before.has(link));
  for (const link of links) disable(link);
  if (links.length > 0 && existsSync('/run/systemd/system')) spawnSync('systemctl', ['daemon-reload']);
}

async function install(names) {
  const before = enabled();
  const ours = refuseServices();
  try {
    const updated = await apt('update');
    if (updated !== 0) return updated;
    return await apt('install', '--no-install-recommends', '--no-remove', ...names);
  } finally {
    disableNew(before);
    if (ours) rmSync(POLICY, { force: true });
  }
}

process.exitCode = await install(process.argv.slice(2));
