/** Commands that prepare the machine. Their output is kept, and shown when they fail. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { Fault, say } from './say.mjs';

/** Milliseconds without a word of ours after which the command's own last line is shown. */
const HEARTBEAT = 15_000;
/** Of a failed command's output: npm tells the fault first, apt-get last. */
const HEAD_LINES = 12;
const TAIL_LINES = 15;

/** The exit status of a command that Ctrl-C ended, as shells tell it. */
const INTERRUPTED = 130;

/**
 * Runs a command with its output kept back.
 *
 * @throws Fault with its output, without the middle, when it fails.
 */
export async function quietly(command, args, { what, env, cwd, endWith } = {}) {
  const kept = [];
  const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['inherit', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) keepEnds(stream, kept);
  const heartbeat = setInterval(() => {
    say(`  … ${what ?? command}: ${(kept.at(-1) ?? 'at work').slice(0, 100)}`);
  }, HEARTBEAT);
  const code = await ended(child, endWith).finally(() => clearInterval(heartbeat));
  if (code !== 0) {
    throw new Fault(`${what ?? command} failed (exit status ${code}):\n${indent(kept)}`);
  }
}

/** Runs a command on this terminal, and tells its exit status. */
export async function openly(command, args, { cwd, endWith } = {}) {
  return ended(spawn(command, args, { cwd, stdio: 'inherit' }), endWith);
}

/**
 * Ctrl-C reaches the whole foreground group, so the child hears it by itself; a signal to this process
 * alone is handed on, or `endWith` for a child that is deaf to it. Either way the child ends first, and
 * nothing is left behind.
 */
async function ended(child, endWith) {
  let interrupted = false;
  const handOn = (signal) => {
    interrupted = true;
    if (signal !== 'SIGINT') child.kill(endWith ?? signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? 1));
    });
    if (interrupted) process.exit(INTERRUPTED);
    return code;
  } catch (error) {
    throw new Fault(
      `${child.spawnfile} can't be run: ${error.code === 'ENOENT' ? 'it is not there' : error.message}`,
    );
  } finally {
    for (const signal of signals) process.off(signal, handOn);
  }
}

function keepEnds(stream, kept) {
  createInterface({ input: stream }).on('line', (line) => {
    if (line.trim() === '') return;
    if (kept.push(line) > HEAD_LINES + TAIL_LINES) kept.splice(HEAD_LINES, 1);
  });
}

function indent(lines) {
  return lines.map((line) => `    ${line}`).join('\n');
}
