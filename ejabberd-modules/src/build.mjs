/**
 * Compiles the Erlang modules into dist/ejabberd-modules/ebin, unless they are up to date. Plain JavaScript
 * without packages: it runs before anything else is built.
 *
 * ejabberd is looked for where Debian and the upstream packages put it. For other places, EJABBERD_LIB names
 * its folder (the one with `ebin` and `include`), and XMPP_LIB that of its xmpp library.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `*` stands for one name, or the rest of one. */
const PLACES = {
  ejabberd: ['/usr/lib/*/ejabberd-*', '/opt/ejabberd-*/lib/ejabberd-*'],
  xmpp: ['/usr/lib/erlang/lib/p1_xmpp-*', '/opt/ejabberd-*/lib/xmpp-*'],
};
const INSTALL = 'install the Debian packages ejabberd and erlang-p1-mysql';

const sources = dirname(fileURLToPath(import.meta.url));
const dist = resolve(sources, '../../dist/ejabberd-modules');
const ebin = join(dist, 'ebin');
const stamp = join(dist, 'built-with');

build();

function build() {
  const ejabberd = process.env.EJABBERD_LIB ?? newest(PLACES.ejabberd);
  const xmpp = process.env.XMPP_LIB ?? newest(PLACES.xmpp);
  for (const [name, folder] of [
    ['ejabberd (EJABBERD_LIB)', ejabberd],
    ["ejabberd's xmpp library (XMPP_LIB)", xmpp],
  ]) {
    if (folder === undefined) fail(`${name} was not found: ${INSTALL}`);
    if (!existsSync(join(folder, 'include'))) fail(`${name} is not at ${folder}: there is no include folder`);
  }
  const names = readdirSync(sources).filter((name) => name.endsWith('.erl'));
  const builtWith = `${ejabberd}\n${xmpp}\n${names.join('\n')}\n`;
  if (isUpToDate(builtWith)) return;
  compile(ejabberd, xmpp, names);
  writeFileSync(stamp, builtWith);
}

function isUpToDate(builtWith) {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== builtWith) return false;
  const built = statSync(stamp).mtimeMs;
  return readdirSync(sources).every((name) => statSync(join(sources, name)).mtimeMs < built);
}

/** The link gives the library the name that `-include_lib("xmpp/...")` asks for: Debian's is p1_xmpp. */
function compile(ejabberd, xmpp, names) {
  rmSync(ebin, { recursive: true, force: true });
  mkdirSync(ebin, { recursive: true });
  const deps = join(dist, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(deps);
  symlinkSync(xmpp, join(deps, 'xmpp'));
  const paths = ['-I', join(ejabberd, 'include'), '-I', deps, '-pa', join(ejabberd, 'ebin')];
  const args = ['+debug_info', ...paths, '-o', ebin, ...names.map((name) => join(sources, name))];
  const { error, status } = spawnSync('erlc', args, { stdio: 'inherit' });
  if (error?.code === 'ENOENT') fail(`erlc was not found: ${INSTALL}`);
  if (status !== 0) fail('the Erlang modules did not compile');
}

/** The folder of the highest version. */
function newest(patterns) {
  const found = patterns.flatMap((pattern) => expand('/', pattern.split('/').slice(1)));
  return found
    .filter((folder) => existsSync(join(folder, 'include')))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
}

function expand(folder, [first, ...rest]) {
  if (first === undefined) return [folder];
  if (!first.endsWith('*')) return expand(join(folder, first), rest);
  const start = first.slice(0, -1);
  const names = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
  return names.filter((name) => name.startsWith(start)).flatMap((name) => expand(join(folder, name), rest));
}

function fail(sentence) {
  console.error(`Can't build the ejabberd modules: ${sentence}.`);
  process.exit(1);
}
