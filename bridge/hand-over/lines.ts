/** JSON, one value a line, on a socket between two workers: with back pressure, and a bound for a line. */
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

/** Characters of a line: a session that is full to all its limits has less. */
const LONGEST = 64 * 1024 * 1024;

export class Lines {
  readonly #socket: Socket;
  #rest: string[] = [];
  #size = 0;
  #drained: Promise<void> | undefined;

  /** `onLine` is called for each value, in order; `onEnd` once, whoever ended it. */
  constructor(socket: Socket, onLine: (value: unknown) => void, onEnd: () => void) {
    const decoder = new StringDecoder('utf8');
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(decoder.write(chunk), onLine));
    socket.on('error', () => undefined); // `close` follows
    socket.once('close', onEnd);
  }

  /** Resolves when there is room for more. @throws Error when the other side has gone */
  async write(value: unknown): Promise<void> {
    if (this.#socket.destroyed) throw new Error('the other worker has gone');
    if (this.#socket.write(`${JSON.stringify(value)}\n`)) return;
    this.#drained ??= this.#drain();
    await this.#drained;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#drained = undefined;
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  #take(text: string, onLine: (value: unknown) => void): void {
    const parts = text.split('\n');
    for (const part of parts.slice(0, -1)) {
      const line = [...this.#rest, part].join('');
      this.#rest = [];
      this.#size = 0;
      this.#hand(line, onLine);
    }
    const last = parts.at(-1) ?? '';
    this.#rest.push(last);
    this.#size += last.length;
    if (this.#size > LONGEST) this.#socket.destroy();
  }

  /** What is no JSON, or no word that is known, is no worker. */
  #hand(line: string, onLine: (value: unknown) => void): void {
    if (this.#socket.destroyed) return;
    try {
      onLine(JSON.parse(line));
    } catch {
      this.#socket.destroy();
    }
  }
}
