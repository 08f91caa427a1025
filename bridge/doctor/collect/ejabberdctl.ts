/** What ejabberdctl tells of the running node. It starts an Erlang each time: half a second and more. */
import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  accessSync,
  constants,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CannotLook } from '../cannot-look.ts';

/** Milliseconds for one command, and characters of its answer. */
const TIMEOUT = 30_000;
const MOST = 16_777_216;
/** Where Debian's ejabberd may write: under systemd it has a /tmp of its own. */
const SPOOL = '/var/lib/ejabberd';
/** Of ejabberdctl: its user check, and `status` of a node that is not there. */
const WRONG_USER = 7;

export interface Answer {
  readonly code: number;
  readonly stdout: string;
}

export class Ejabberdctl {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #exchange: string;

  /** `args` stand before each command, as `--config-dir DIR`. ejabberd writes to `exchange`, and we read there. */
  constructor(command: string, args: readonly string[], exchange = usualExchange()) {
    this.#command = command;
    this.#args = args;
    this.#exchange = exchange;
  }

  /** @throws CannotLook when there is no ejabberdctl, or it may not be run. */
  run(...args: readonly string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { timeout: TIMEOUT, maxBuffer: MOST };
      execFile(this.#command, [...this.#args, ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number' && code !== WRONG_USER) resolve({ code, stdout });
        else reject(new CannotLook(whyNot(this.#command, code, stderr)));
      });
    });
  }

  /** The answer of a command that must succeed. @throws CannotLook */
  async ask(...args: readonly string[]): Promise<string> {
    const { code, stdout } = await this.run(...args);
    if (code === 0) return stdout;
    throw new CannotLook(`ejabberdctl ${args[0] ?? ''} failed (exit code ${code})`);
  }

  /** What a command writes into a file that it is given the name of. @throws CannotLook */
  async file(command: string, ...rest: readonly string[]): Promise<string> {
    const folder = this.#folder();
    const path = join(folder, 'dump');
    try {
      const { code } = await this.run(command, path, ...rest);
      if (code === 0 && existsSync(path)) return readFileSync(path, 'utf8');
      throw new CannotLook(
        `ejabberd could not write to ${this.#exchange}: name with --exchange a folder that its user may write to and you may read`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** For us and ejabberd alone: what is written there has passwords in it. */
  #folder(): string {
    try {
      const folder = mkdtempSync(join(this.#exchange, 'im-doctor-'));
      const { uid, gid } = statSync(this.#exchange);
      if (process.geteuid?.() === 0) chownSync(folder, uid, gid);
      return folder;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'error';
      throw new CannotLook(
        `${this.#exchange} can’t be written to (${code}): name another folder with --exchange`,
      );
    }
  }
}

function usualExchange(): string {
  try {
    accessSync(SPOOL, constants.W_OK);
    return SPOOL;
  } catch {
    return tmpdir();
  }
}

function whyNot(command: string, code: string | number | null | undefined, stderr: string): string {
  const name = basename(command);
  if (code === 'ENOENT') return `there is no ${command}: name it with --ejabberdctl, or give --ejabberd-yml`;
  if (code === 'EACCES' || code === WRONG_USER)
    return `${command} may not be run by this user: run doctor as root or as the user of ejabberd`;
  if (code === null || code === undefined) return `${name} did not answer within ${TIMEOUT / 1000} s`;
  return `${name} could not be run (${String(code)}) ${stderr.split('\n')[0] ?? ''}`.trim();
}
