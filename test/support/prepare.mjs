/**
 * `npm start`, `npm stop` and `npm test` on a machine that has nothing but Node: installs what is missing,
 * builds, and hands over. It uses nothing that needs installing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installPackages } from './prepare/debian.mjs';
import { build, checkNode, installModules } from './prepare/node.mjs';
import { START_HELP, STOP_HELP, startOptions, stopOptions } from './prepare/options.mjs';
import { openly } from './prepare/run.mjs';
import { Fault, say } from './prepare/say.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function prepare(purpose) {
  checkNode();
  await installPackages(purpose);
  await installModules(root);
  await build(root);
}

async function start(args) {
  const options = startOptions(args);
  if (options.help) return console.log(START_HELP);
  await prepare('start');
  const demo = await import(pathToFileURL(join(root, 'dist/test/demo/start.js')).href);
  process.exitCode = await demo.start(options);
}

async function stop(args) {
  const options = stopOptions(args);
  if (options.help) return console.log(STOP_HELP);
  const script = join(root, 'dist/test/demo/stop.js');
  if (!existsSync(script)) return console.log('nothing is running: im-bridge has not been built yet');
  const demo = await import(pathToFileURL(script).href);
  process.exitCode = await demo.stop(options);
}

/** Lint, format and types first: they fail in seconds, the tests in minutes. */
async function test(args) {
  await prepare('test');
  const stages = [
    ['lint, format and types', ['run', '--silent', 'check']],
    ['unit tests, and tests against the real parts', ['run', '--silent', 'jest', '--', ...args]],
  ];
  for (const [name, command] of stages) {
    say(name);
    const status = await openly('npm', command, { cwd: root });
    if (status !== 0) throw new Fault(`${name}: failed`);
  }
}

const commands = { start, stop, test };
const [name, ...args] = process.argv.slice(2);
try {
  if (!Object.hasOwn(commands, name ?? '')) throw new Fault('usage: prepare.mjs start|stop|test [OPTIONS]');
  await commands[name](args);
} catch (error) {
  if (error.name !== 'Fault') throw error;
  console.error(error.message);
  process.exitCode = 1;
}
