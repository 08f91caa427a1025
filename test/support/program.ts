/** A program of ours as an ordinary process, ready when it says so. */
import { join } from 'node:path';
import { Process } from './process.ts';
import { built } from './root.ts';
import { waitUntil } from './wait-until.ts';

/** Milliseconds for a part to be ready, on a busy machine. */
const PATIENCE = 60_000;

export interface ProgramOptions {
  readonly name: string;
  /** Below dist/. */
  readonly script: string;
  readonly args: readonly string[];
  readonly dir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Answers 200 when the part is ready. */
  readonly readyUrl: string;
}

/** @throws Error with the end of its log when it ends, or is not ready in time. */
export async function startProgram(options: ProgramOptions): Promise<Process> {
  const { name, script, args, dir, env, readyUrl } = options;
  const part = new Process({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', built(script), ...args],
    logFile: join(dir, 'logs', `${name}.log`),
    ...(env === undefined ? {} : { env }),
  });
  try {
    await ready(part, readyUrl);
  } catch (error) {
    await part.stop();
    throw error;
  }
  return part;
}

async function ready(part: Process, url: string): Promise<void> {
  const answered = await waitUntil(
    `${part.name} to be ready`,
    async () => !part.running || (await answers(url)),
    { timeout: PATIENCE },
  ).catch((error: unknown) => error as Error);
  if (answered === true && part.running) return;
  const what = answered === true ? `${part.name} ended as it started` : answered.message;
  throw new Error(`${what}:\n${part.logTail()}`);
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.ok;
}
