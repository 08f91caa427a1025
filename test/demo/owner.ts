/**
 * The process that owns a stack: starts it, watches it, stops it. It has a session of its own, so a Ctrl-C
 * in the terminal does not reach the parts, which are stopped in order instead.
 *
 *   starting -> up -> stopping -> gone       a failure, a signal or the command's end lead to stopping
 */
import { inspect } from 'node:util';
import { endLeftovers } from '../support/leftovers.ts';
import { startStack, type Stack } from '../support/stack.ts';
import { claim, disclaim } from './owner-file.ts';
import type { FromOwner, OwnerOptions, ToOwner } from './messages.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as OwnerOptions;
const stopping = new AbortController();
let released = false;

function tell(message: FromOwner): void {
  if (message.type !== 'ready') log('text' in message ? message.text : message.reason);
  if (process.connected) process.send?.(message);
}

function log(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}

function listen(): void {
  const stop = (): void => {
    stopping.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('message', (message: ToOwner) => {
    if (message.type === 'stop') stop();
    else released = true;
  });
  process.on('disconnect', () => {
    if (!released) stop(); // the command was killed
  });
}

async function begin(): Promise<Stack> {
  const leftovers = await endLeftovers(options.dir);
  if (leftovers > 0) tell({ type: 'progress', text: `ended ${leftovers} processes of an earlier stack` });
  // No part has work under way yet: all may end at once.
  const hurry = (): void => void endLeftovers(options.dir);
  stopping.signal.addEventListener('abort', hurry);
  const stack = await startStack({
    ...options,
    signal: stopping.signal,
    onProgress: (text) => {
      tell({ type: 'progress', text });
    },
  });
  stopping.signal.removeEventListener('abort', hurry);
  return stack;
}

/** Until a part dies, or somebody asks for the end. */
async function watch(stack: Stack): Promise<void> {
  const asked = new Promise<undefined>((resolve) => {
    if (stopping.signal.aborted) resolve(undefined);
    stopping.signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  const reason = await Promise.race([stack.failed, asked]);
  if (reason !== undefined) fail(reason);
}

function fail(reason: string): void {
  process.exitCode = 1;
  tell({ type: 'failed', reason });
}

async function own(): Promise<void> {
  const stack = await begin();
  try {
    tell({ type: 'ready', info: stack.info });
    await watch(stack);
  } finally {
    tell({ type: 'progress', text: 'stopping' });
    await stack.stop();
  }
}

listen();
try {
  claim(options.dir);
  await own();
} catch (error) {
  if (!stopping.signal.aborted) {
    log(inspect(error));
    fail(error instanceof Error ? error.message : String(error));
  }
} finally {
  await endLeftovers(options.dir);
  disclaim(options.dir);
  if (process.connected) process.disconnect();
}
process.exit();
