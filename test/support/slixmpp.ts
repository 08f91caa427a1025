/**
 * A native client that others wrote: slixmpp, in a Python process that JSON lines move. What our own wire
 * client takes for granted of XMPP, this one does not.
 */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './root.ts';
import { waitUntil } from './wait-until.ts';

/** Debian's own Python: another one in the PATH would not have Debian's packages. */
const PYTHON = '/usr/bin/python3';

export interface SlixmppOptions {
  readonly address: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  /** File of the certificate that the server's must be signed by. */
  readonly ca: string;
}

/** What the client tells: `event` says of what kind it is. */
export interface SlixmppEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export class SlixmppClient {
  /** All that it has told, in order. */
  readonly events: SlixmppEvent[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<number | null>;
  #warnings = '';

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    createInterface(child.stdout).on('line', (line) => this.events.push(JSON.parse(line) as SlixmppEvent));
    child.stderr.on(
      'data',
      (text: Buffer) => (this.#warnings = (this.#warnings + String(text)).slice(-2000)),
    );
    child.stdin.on('error', () => undefined); // it has ended: whoever waits for an event is told
  }

  /** Begins to sign in, over STARTTLS. @throws Error with a sentence when slixmpp is not installed. */
  static start(options: SlixmppOptions): SlixmppClient {
    const { status } = spawnSync(PYTHON, ['-c', 'import slixmpp']);
    if (status !== 0) throw new Error('slixmpp is not installed: apt-get install python3-slixmpp');
    const script = join(ROOT, 'test', 'support', 'slixmpp-client.py');
    const client = new SlixmppClient(spawn(PYTHON, ['-u', script]));
    client.do(options);
    return client;
  }

  /** A command, as slixmpp-client.py has them: `do` and what belongs to it. */
  do(command: object): void {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** The first event of this kind, since the beginning or to come, of which `wanted` is true. */
  async tells(event: string, wanted: (event: SlixmppEvent) => boolean = () => true): Promise<SlixmppEvent> {
    const found = (): SlixmppEvent | undefined =>
      this.events.find((one) => one.event === event && wanted(one));
    await waitUntil(`slixmpp to tell ${event}`, () => found() ?? this.#child.exitCode !== null);
    const told = found();
    if (told === undefined) throw new Error(`slixmpp has ended before it told ${event}: ${this.#warnings}`);
    return told;
  }

  /** Signs out, and waits for the process: its exit code. */
  close(): Promise<number | null> {
    this.#child.stdin.end();
    return this.#exited;
  }
}
