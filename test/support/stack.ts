/**
 * The whole real stack, private to a folder: MariaDB, ejabberd with our modules and the external-auth
 * script, the component, the demo site and the bridge. `npm start` and the end-to-end tests run this one.
 *
 *   starting (in the order of PARTS) -> up -> stopping (backwards) -> gone
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Ejabberd } from './ejabberd.ts';
import type { Mariadb } from './mariadb.ts';
import type { SettingsChange } from './settings.ts';
import { removeStackFile, writeStackFile, type StackInfo } from './stack-file.ts';
import { describeStack } from './stack-info.ts';
import { Starters, type Part, type PartName, type Plan } from './stack-parts.ts';
import { tailOf } from './tail.ts';
import { checkPorts, freePorts, portsFrom } from './stack-ports.ts';

export interface StackOptions {
  /** Data, settings and logs: kept from one start to the next. */
  readonly dir: string;
  /** Ports from there up; without it, any that are free. */
  readonly portBase?: number;
  /** u0, u1, … beside alice, bob, carol and dave, and about how many friends each has. */
  readonly users?: number;
  readonly friends?: number;
  readonly domain?: string;
  /** Settings of im-bridge.yml that are to be otherwise. */
  readonly change?: SettingsChange;
  /** A port for BOSH, if there is to be one. */
  readonly bosh?: number;
  readonly onProgress?: (text: string) => void;
  /** Ends a start that is under way, between two steps. */
  readonly signal?: AbortSignal;
}

/** Which parts start together: each step needs the one before. */
const STEPS: readonly (readonly PartName[])[] = [['mariadb'], ['ejabberd'], ['component', 'site', 'bridge']];
const STOP_ORDER: readonly PartName[] = ['bridge', 'site', 'component', 'ejabberd', 'mariadb'];

/**
 * Starts everything, and writes `DIR/stack.json` when all of it is ready.
 *
 * @throws Error with a sentence for a person; then nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const plan = await planOf(options);
  await checkPorts(plan.ports);
  mkdirSync(plan.dir, { recursive: true, mode: 0o700 });
  const stack = new Stack(plan);
  try {
    await stack.start(options);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

async function planOf(options: StackOptions): Promise<Plan> {
  const { dir, portBase, users = 0, friends = 0, domain = 'im.localhost', change = {}, bosh } = options;
  const ports = portBase === undefined ? await freePorts() : portsFrom(portBase);
  return { dir: resolve(dir), ports, users, friends, domain, change, bosh };
}

export class Stack {
  readonly plan: Plan;
  /** Resolves with a sentence and the end of a log when a part has died that nobody stopped. */
  readonly failed: Promise<string>;
  readonly #starters: Starters;
  readonly #parts = new Map<PartName, Part>();
  #fail: (reason: string) => void = () => undefined;
  #up = false;

  constructor(plan: Plan) {
    this.plan = plan;
    this.#starters = new Starters(plan, () => {
      this.#publish();
    });
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  get mariadb(): Mariadb {
    return this.#starters.mariadb;
  }

  get ejabberd(): Ejabberd {
    return this.#starters.ejabberd;
  }

  /** As `stack.json` has it at this moment. */
  get info(): StackInfo {
    return describeStack(this.plan, this.#starters, this.#parts);
  }

  /** Called once, by startStack. */
  async start({ onProgress = () => undefined, signal }: StackOptions): Promise<void> {
    for (const step of STEPS) {
      signal?.throwIfAborted();
      const started = await Promise.allSettled(step.map((name) => this.#begin(name, onProgress)));
      const fault = started.find((result) => result.status === 'rejected');
      if (fault !== undefined) throw fault.reason;
    }
    signal?.throwIfAborted();
    this.#up = true;
    this.#publish();
  }

  /** The part alone, as it was: with the same data, ports and settings. */
  async restart(name: PartName, how: 'stop' | 'kill' = 'stop'): Promise<void> {
    await this.end(name, how);
    await this.#begin(name, () => undefined);
    this.#publish();
  }

  /** Ends one part, which is then no failure of the stack; `restart` brings it back. */
  async end(name: PartName, how: 'stop' | 'kill' = 'stop'): Promise<void> {
    const part = this.#parts.get(name);
    this.#parts.delete(name);
    await part?.[how]();
  }

  async stop(): Promise<void> {
    this.#up = false;
    removeStackFile(this.plan.dir);
    for (const name of STOP_ORDER) await this.end(name);
  }

  async #begin(name: PartName, onProgress: (text: string) => void): Promise<void> {
    const part = await this.#starters.start(name, onProgress);
    this.#parts.set(name, part);
    void part.exited.then(() => {
      if (this.#parts.get(name) !== part) return;
      this.#fail(`${name} has ended by itself. The end of ${part.logFile}:\n${tailOf(part.logFile)}`);
    });
  }

  #publish(): void {
    if (this.#up) writeStackFile(this.plan.dir, this.info);
  }
}
