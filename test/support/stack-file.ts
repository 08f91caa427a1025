/** `stack.json`: what tests, load tools and people need to know of a stack that runs. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Account {
  readonly id: string;
  readonly password: string;
}

export interface StackInfo {
  readonly bridge: { readonly url: string };
  readonly site: { readonly url: string };
  readonly xmpp: {
    readonly host: string;
    /** Without TLS, for this machine only. */
    readonly port: number;
    readonly domain: string;
    /** For native clients. */
    readonly starttlsPort: number;
    /** File of the certificate that signs ejabberd's. */
    readonly ca: string;
  };
  readonly mysql: {
    readonly socket: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
    readonly siteDatabase: string;
  };
  /** The command to which ejabberdctl's own arguments are added. */
  readonly ejabberdctl: readonly string[];
  readonly token: { readonly secret: string; readonly audience: string };
  readonly metrics: { readonly url: string };
  /** Name of the part -> pid, kept true while the stack runs. */
  readonly pids: Readonly<Record<string, number>>;
  readonly users: readonly Account[];
}

function pathOf(dir: string): string {
  return join(dir, 'stack.json');
}

/** A reader sees the old file or the new one, never half of one. It holds secrets: for its owner only. */
export function writeStackFile(dir: string, info: StackInfo): void {
  const unfinished = `${pathOf(dir)}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, pathOf(dir));
}

export function removeStackFile(dir: string): void {
  rmSync(pathOf(dir), { force: true });
}

/** Undefined when no stack runs there. */
export function readStackFile(dir: string): StackInfo | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(dir), 'utf8')) as StackInfo;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
