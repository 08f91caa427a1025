/** The options of `npm run versions` and their help. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../support/prepare/say.mjs';
import { RELEASES, releasesOf } from './releases.mjs';

const KNOWN = RELEASES.map(({ version }) => version).join(', ');

export const HELP = `npm run versions [-- OPTIONS] [PATTERN...]

Compiles the modules and runs the suites that have an ejabberd in them, against ${KNOWN}: each
in a Debian folder of its own (debootstrap, chroot), as an ordinary user. Needs root. PATTERN: only the
test files whose path has it.

  --only VERSION   this release alone; may be repeated
  --dir DIR        where the folders are kept (default: im-bridge/debian under the user's cache folder)
  --mirror URL     Debian's mirror (default: the one that this machine's apt has)
  --fresh          make the folders anew: sid moves on, a folder does not
  --help           this text`;

const OPTIONS = {
  only: { type: 'string', multiple: true, default: [] },
  dir: { type: 'string' },
  mirror: { type: 'string' },
  fresh: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** @throws Fault that names the option. */
export function versionsOptions(args) {
  const { values, positionals } = parse(args);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return {
    ...values,
    dir: resolve(values.dir ?? join(cache, 'im-bridge/debian')),
    releases: releases(values.only),
    patterns: positionals,
  };
}

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    const what = error.message.split('. ')[0];
    throw new Fault(`${what}. The options are shown by: npm run versions -- --help`);
  }
}

function releases(only) {
  try {
    return releasesOf(only);
  } catch (error) {
    throw new Fault(`--only must be one of ${KNOWN}, and not "${error.message}"`);
  }
}
