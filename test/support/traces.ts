/** Traces of a stack, as an operator has them: asked for on the command line, read in the file. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { logFileOf } from '../../bridge/trace/orders.ts';
import { AUTH_PROCESSES } from './ejabberd-config.ts';
import { cli, type CliResult } from './cli.ts';
import type { Stack } from './stack.ts';
import { waitUntil } from './wait-until.ts';

export interface TraceLine {
  readonly event: string;
  readonly part: string;
  readonly trace: string;
  readonly user: string;
  readonly request?: string;
  readonly [field: string]: unknown;
}

/** How many processes of each part of a stack trace. */
const PROCESSES = { auth: AUTH_PROCESSES, bridge: 1, component: 1 };

export function folderOf({ plan }: Stack): string {
  return join(plan.dir, 'run/traces');
}

export function traceCli({ plan }: Stack, ...args: readonly string[]): Promise<CliResult> {
  return cli('trace', ...args, '--dir', plan.dir);
}

/** Nothing, while there is no file. */
export function textOf(stack: Stack, user: string): string {
  const path = logFileOf(folderOf(stack), user);
  return statSync(path, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(path, 'utf8');
}

export function linesOf(stack: Stack, user: string): TraceLine[] {
  return textOf(stack, user)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TraceLine);
}

/** Begins a trace, and waits until all parts have taken it up, and ejabberd's filter. */
export async function beginTrace(stack: Stack, user: string, ...options: readonly string[]): Promise<void> {
  const { code, stderr } = await traceCli(stack, 'add', user, ...options);
  if (code !== 0) throw new Error(stderr);
  await takenUp(stack, user);
}

export async function takenUp(stack: Stack, user: string): Promise<void> {
  await waitUntil(`all parts to trace ${user}`, () => {
    const lines = linesOf(stack, user);
    const newest = lines.filter(({ trace }) => trace === lines.at(-1)?.trace);
    const taken = newest.filter(({ event }) => event === 'trace-taken-up');
    const of = (part: string): number =>
      new Set(taken.flatMap((line) => (line.part === part ? [line.pid] : []))).size;
    const all = Object.entries(PROCESSES).every(([part, count]) => of(part) >= count);
    return all && newest.some(({ event }) => event === 'filter-asked');
  });
}

/** Waits for a line. */
export function sees(
  stack: Stack,
  user: string,
  what: string,
  condition: (line: TraceLine) => boolean,
): Promise<TraceLine> {
  return waitUntil(`${user}'s trace to have ${what}`, () => linesOf(stack, user).find(condition));
}
