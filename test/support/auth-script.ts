/** The external-auth script as ejabberd runs it: a process of its own, frames in on stdin, frames out on stdout. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { built } from './root.ts';
import { waitUntil } from './wait-until.ts';

/** The domain of tests, unless they say otherwise. */
export const AUTH_DOMAIN = 'im.example';

/** Two bytes of length, and the payload. */
export function frameOf(payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export class AuthScript {
  readonly logFile: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<number | null>;
  #output = Buffer.alloc(0);
  /** Requests so far. */
  asked = 0;

  /** @param logFile IM_AUTH_LOG, unless `env` says otherwise. */
  constructor(logFile: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.logFile = logFile;
    const script = built('ejabberd-modules/auth/extauth.js');
    this.#child = spawn(process.execPath, [script, ...args], {
      env: { ...process.env, IM_AUTH_LOG: this.logFile, ...env },
    });
    this.#child.stdout.on('data', (chunk: Buffer) => (this.#output = Buffer.concat([this.#output, chunk])));
    this.#child.stdin.on('error', () => undefined); // it has ended: `running` tells
    this.#child.stderr.resume();
    this.#exited = new Promise((resolve) => this.#child.once('exit', (code) => resolve(code)));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
  }

  /** All answers so far. @throws Error for output that is not one. */
  get answers(): boolean[] {
    const answers: boolean[] = [];
    for (let at = 0; at + 4 <= this.#output.length; at += 4) {
      const answer = this.#output.readUInt32BE(at);
      if (answer >>> 1 !== 0x0001_0000) throw new Error(`not an answer: ${answer.toString(16)}`);
      answers.push((answer & 1) === 1);
    }
    return answers;
  }

  /** Bytes that it has written. */
  get written(): number {
    return this.#output.length;
  }

  write(bytes: Buffer, requests: number): void {
    this.asked += requests;
    this.#child.stdin.write(bytes);
  }

  /** Waits for as many answers as there were requests. */
  async answered(): Promise<boolean[]> {
    const done = (): boolean => !this.running || this.answers.length >= this.asked;
    await waitUntil(`${this.asked} answers, and not ${this.answers.length}`, done);
    if (!this.running) throw new Error(`it has ended after ${this.answers.length} answers`);
    return this.answers;
  }

  async ask(...fields: readonly string[]): Promise<boolean> {
    this.write(frameOf(fields.join(':')), 1);
    return (await this.answered())[this.asked - 1] === true;
  }

  auth(user: string, password: string, domain = AUTH_DOMAIN): Promise<boolean> {
    return this.ask('auth', user, domain, password);
  }

  /** As ejabberd ends it: stdin is closed. */
  end(): Promise<number | null> {
    this.#child.stdin.end();
    return this.#exited;
  }
}
