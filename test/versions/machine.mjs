/** What this machine must have, and how it reaches Debian. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Fault } from '../support/prepare/say.mjs';

/** Program -> the Debian package that has it. */
const PROGRAMS = { debootstrap: 'debootstrap', unshare: 'util-linux', chroot: 'coreutils' };

/** @throws Fault with a sentence that says what is missing. */
export function checkMachine() {
  if (process.getuid() !== 0) {
    throw new Fault(
      'npm run versions makes Debian folders (debootstrap) and runs in them (chroot), which needs root: ' +
        'run it as root, or with sudo. The tests themselves run as an ordinary user.',
    );
  }
  for (const [program, name] of Object.entries(PROGRAMS)) {
    if (spawnSync(program, ['--version']).error?.code === 'ENOENT') {
      throw new Fault(`${program} is not installed: apt-get install ${name}`);
    }
  }
}

/** The mirror of Debian's own archive, without security and other additions. @throws Fault when apt has none. */
export function mirrorOf(option) {
  if (option !== undefined) return option;
  const fields = '$(CREATED_BY) $(ORIGIN) $(COMPONENT) $(LABEL) $(SITE)';
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', fields], { encoding: 'utf8' });
  const line = (stdout ?? '').split('\n').find((text) => text.startsWith('Packages Debian main Debian http'));
  if (line === undefined) {
    throw new Fault("this machine's apt knows no mirror of Debian: give one with --mirror URL");
  }
  return line.split(' ').at(-1);
}

/** The proxy that apt uses: for debootstrap, which takes it from the environment, and for the folder's own apt. */
export function proxies() {
  const found = {};
  for (const scheme of ['http', 'https']) {
    const { stdout } = spawnSync('apt-config', ['shell', 'P', `Acquire::${scheme}::Proxy`], {
      encoding: 'utf8',
    });
    const proxy = /^P='(.*)'$/m.exec(stdout ?? '')?.[1];
    if (proxy !== undefined && proxy !== 'DIRECT') found[scheme] = proxy;
  }
  return found;
}

/** The script of debootstrap for a suite. @throws Fault when this debootstrap does not know it. */
export function scriptOf(suite) {
  const script = `/usr/share/debootstrap/scripts/${suite}`;
  if (!existsSync(script)) throw new Fault(`debootstrap has no script for ${suite}: ${script} is not there`);
  return script;
}
