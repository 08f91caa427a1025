/** `npm start`: the whole chat on this machine, with a demo site. */
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STACK_VARIABLE } from '../support/leftovers.ts';
import type { StartOptions } from '../support/prepare/options.mjs';
import type { StackInfo } from '../support/stack-file.ts';
import { alreadyRunning, ownerOf } from './owner-file.ts';
import type { FromOwner, OwnerOptions, ToOwner } from './messages.ts';
import { print, printFault, say } from './say.ts';
import { welcome } from './welcome.ts';

const OWNER = fileURLToPath(new URL('owner.js', import.meta.url));

/** Runs until the stack is stopped; with `detach`, until it is ready. Gives the exit status. */
export async function start(options: StartOptions): Promise<number> {
  if (ownerOf(options.dir) !== undefined) {
    printFault(alreadyRunning(options.dir));
    return 1;
  }
  const owner = forkOwner(options);
  handOnSignals(owner);
  const outcome = await follow(owner, options);
  if (outcome === 'stopped' || outcome === 'interrupted') say('stopped');
  return EXIT_STATUS[outcome];
}

function forkOwner({ dir, portBase, users, friends }: StartOptions): ChildProcess {
  mkdirSync(join(dir, 'logs'), { recursive: true, mode: 0o700 });
  const log = openSync(logOf(dir), 'a');
  const options: OwnerOptions = { dir, portBase, users, friends };
  const owner = fork(OWNER, [JSON.stringify(options)], {
    detached: true,
    env: { ...process.env, [STACK_VARIABLE]: dir },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  return owner;
}

/** A second Ctrl-C changes nothing: npm doubles the first one. */
function handOnSignals(owner: ChildProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (owner.connected) owner.send({ type: 'stop' } satisfies ToOwner);
    });
  }
}

/** `interrupted`: stopped before it was ready, so whoever waits for the stack must not go on. */
const EXIT_STATUS = { stopped: 0, detached: 0, failed: 1, interrupted: 130 } as const;
type Outcome = keyof typeof EXIT_STATUS;

function follow(owner: ChildProcess, options: StartOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    let failed = false;
    let ready = false;
    owner.on('message', (message: FromOwner) => {
      if (message.type === 'progress') say(message.text);
      if (message.type === 'failed') {
        failed = true;
        printFault(`${message.reason}\nMore is in ${logOf(options.dir)}.`);
      }
      if (message.type !== 'ready') return;
      ready = true;
      announce(message.info, options);
      if (options.detach) release(owner, resolve);
    });
    owner.once('exit', (code, signal) => {
      if (signal !== null) printFault(`The stack's process was ended by ${signal}.`);
      if (failed || code !== 0) resolve('failed');
      else resolve(ready ? 'stopped' : 'interrupted');
    });
  });
}

function announce(info: StackInfo, { dir, detach }: StartOptions): void {
  say('ready');
  print(welcome(info, dir, detach));
}

function release(owner: ChildProcess, resolve: (outcome: Outcome) => void): void {
  owner.send({ type: 'release' } satisfies ToOwner, () => {
    owner.disconnect();
    owner.unref();
    resolve('detached');
  });
}

function logOf(dir: string): string {
  return join(dir, 'logs', 'stack.log');
}
