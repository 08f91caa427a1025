/** `im-bridge` as an operator runs it: a process of the built command. */
import { execFile } from 'node:child_process';
import { built } from './root.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function cli(...args: readonly string[]): Promise<CliResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [built('bridge/cli.js'), ...args],
      { timeout: 60_000, maxBuffer: 10_000_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

/** What it prints. @throws Error when it fails */
export async function told(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(...args);
  if (code !== 0) throw new Error(`im-bridge ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return stdout;
}
