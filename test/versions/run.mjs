/**
 * `npm run versions`: compiles the Erlang modules and runs the suites against each release of ejabberd that
 * must do, in a Debian folder of its own. Takes minutes a release, and needs root: no part of `npm test`.
 */
import { fileURLToPath } from 'node:url';
import { checkNode, installModules } from '../support/prepare/node.mjs';
import { say } from '../support/prepare/say.mjs';
import { debianFolder, installedVersion } from './folder.mjs';
import { checkMachine, mirrorOf } from './machine.mjs';
import { HELP, versionsOptions } from './options.mjs';
import { suites } from './suites.mjs';
import { tryRelease } from './trial.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One line a release; a release that fails does not keep the others from their turn. */
async function versions(options) {
  checkNode();
  checkMachine();
  const mirror = mirrorOf(options.mirror);
  await installModules(root);
  const files = suites(root, options.patterns);
  const lines = [];
  for (const release of options.releases) {
    const { line, passed } = await outcome(release, files, { ...options, mirror });
    lines.push(line);
    if (!passed) process.exitCode = 1;
  }
  console.log(`\n${lines.join('\n')}`);
}

async function outcome(release, files, options) {
  const name = `ejabberd ${release.version}`;
  try {
    const folder = await debianFolder(release, options);
    const installed = installedVersion(folder, release.version);
    say(`${name} (${installed}): compiling, and running ${files.length} suites`);
    const { passed, text } = await tryRelease(root, folder, files, options.dir);
    return { passed, line: `${name} (${installed}): ${text}` };
  } catch (error) {
    if (error.name !== 'Fault') throw error;
    console.error(error.message);
    return { passed: false, line: `${name}: not run: ${error.message.split('\n')[0]}` };
  }
}

try {
  const options = versionsOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else await versions(options);
} catch (error) {
  if (error.name !== 'Fault') throw error;
  console.error(error.message);
  process.exitCode = 1;
}
