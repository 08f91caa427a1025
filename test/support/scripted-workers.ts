/** A supervisor whose workers are processes that do what a test says: what it tells them, and when, is seen word by word. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FromWorker, ToWorker } from '../../bridge/supervision/messages.ts';
import { Supervisor } from '../../bridge/supervision/supervisor.ts';
import { heardLog, type Line } from './heard-log.ts';
import { rightConfig } from './right-config.ts';
import { ROOT } from './root.ts';
import { waitUntil } from './wait-until.ts';

const SCRIPT = join(ROOT, 'test/support/scripted-worker.mjs');

export class ScriptedWorker {
  readonly heard: ToWorker[] = [];
  #id = 0;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#hear(JSON.parse(line) as ToWorker));
  }

  get id(): number {
    return this.#id;
  }

  /** Where others would find it. */
  get path(): string {
    return `worker-${this.#id}.sock`;
  }

  say(word: FromWorker): void {
    this.#socket.write(`${JSON.stringify(word)}\n`);
  }

  /** The process ends, as one that fails. */
  end(): void {
    this.#socket.destroy();
  }

  /** Resolves to the next word of this kind that it is told. */
  hears<T extends ToWorker['type']>(type: T): Promise<Extract<ToWorker, { type: T }>> {
    const is = (word: ToWorker): word is Extract<ToWorker, { type: T }> => word.type === type;
    return waitUntil(`a worker to hear ${type}`, () => {
      const found = this.heard.findIndex(is);
      return found < 0 ? undefined : (this.heard.splice(found, 1)[0] as Extract<ToWorker, { type: T }>);
    });
  }

  #hear(word: ToWorker | { readonly id: number }): void {
    if ('id' in word) this.#id = word.id;
    else this.heard.push(word);
  }
}

export class ScriptedWorkers {
  readonly supervisor: Supervisor;
  /** A test may change it meanwhile. They give no signs of life. */
  readonly config = { ...rightConfig().supervisor, startTimeout: 600, hangTimeout: 600 };
  readonly lines: readonly Line[];
  /** Workers whose journals are of no use any more. */
  readonly forgotten: number[] = [];
  #ended: number | undefined;
  /** How many lines of each event a test has waited for. */
  readonly #told = new Map<string, number>();
  readonly #dir = mkdtempSync(join(tmpdir(), 'im-'));
  readonly #started: ScriptedWorker[] = [];
  readonly #server = createServer((socket) => this.#started.push(new ScriptedWorker(socket)));

  constructor() {
    const path = join(this.#dir, 'test.sock');
    const { log, lines } = heardLog();
    this.lines = lines;
    this.#server.listen(path);
    this.supervisor = new Supervisor({
      config: this.config,
      worker: { script: SCRIPT, args: [path], env: process.env, files: [] },
      log,
      orphans: [],
      forget: (worker) => this.forgotten.push(worker),
      onPids: () => undefined,
      onEnd: (code) => (this.#ended = code),
    });
  }

  /** The next one that is started. */
  next(): Promise<ScriptedWorker> {
    return waitUntil('another worker', () => {
      const [first] = this.#started;
      return first !== undefined && first.id > 0 ? this.#started.shift() : undefined;
    });
  }

  /** The next one, which becomes ready and serves. */
  async serving(): Promise<ScriptedWorker> {
    const worker = await this.next();
    worker.say({ type: 'ready', socket: worker.path });
    await worker.hears('serve');
    worker.say({ type: 'serving' });
    await this.told('worker-serves');
    return worker;
  }

  /** Resolves when this has been logged, once more than before. */
  async told(event: string): Promise<void> {
    const times = (this.#told.get(event) ?? 0) + 1;
    this.#told.set(event, times);
    await waitUntil(
      `${event} in the log`,
      () => this.lines.filter((line) => line.event === event).length >= times,
    );
  }

  /** Resolves to the exit code when all have ended. */
  async ended(): Promise<number> {
    await waitUntil('the end', () => this.#ended !== undefined);
    return this.#ended ?? -1;
  }

  async close(): Promise<void> {
    this.supervisor.stop();
    await this.ended();
    this.#server.close();
    rmSync(this.#dir, { recursive: true });
  }
}
