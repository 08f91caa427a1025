/** The trace of one user, as one process writes it. */
import { pino, type Logger } from 'pino';
import { lineOptions } from '../log-lines.ts';
import type { TraceEvent } from './events.ts';
import { isDue, type Order } from './order.ts';
import { logFileOf, type TraceFolder } from './orders.ts';
import { requestOf } from './request.ts';
import { TraceFile } from './trace-file.ts';

/** What differs from line to line. `request` is the id of the call for which it happened, where that is known better. */
export type TraceFields = Readonly<Record<string, unknown>>;

/** Characters of a text that is told. */
const LONGEST = 16_384;

export class Trace {
  readonly order: Order;
  readonly #file: TraceFile;
  readonly #lines: Logger;
  #ended = false;

  constructor(part: string, order: Order, { dir, size }: TraceFolder, failed: (error: unknown) => void) {
    const { trace, user } = order;
    this.order = order;
    this.#file = new TraceFile({
      path: logFileOf(dir, user),
      most: size,
      lastLine: () => lineOf({ part, trace, user, event: 'trace-full', bytes: size }),
      failed,
    });
    const file = this.#file;
    this.#lines = pino(lineOptions(part, 'trace'), { write: (line: string) => file.append(line) }).child({
      trace,
      user,
    });
  }

  /** A call that is held may know of a trace that has ended meanwhile. */
  get due(): boolean {
    return !this.#ended && isDue(this.order);
  }

  /** A line that stands in traces alone. */
  line(event: TraceEvent, fields: TraceFields = {}): void {
    if (!this.due) return;
    this.#lines.trace({ event, request: requestOf(this.order.user), ...fields });
  }

  /** A line of the log, once more. */
  copy(level: 'debug' | 'info' | 'warn' | 'error' | 'fatal', fields: TraceFields, says: string): void {
    this.#lines[level]({ request: requestOf(this.order.user), ...fields, user: undefined }, says);
  }

  /** What people wrote: itself where that was asked for, else its length. */
  text(value: string): string {
    if (!this.order.bodies) return `[${value.length}]`;
    return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  }

  /** With a last line of this process. */
  end(): void {
    if (!this.#ended) this.#lines.trace({ event: 'trace-ended' satisfies TraceEvent });
    this.close();
  }

  close(): void {
    this.#ended = true;
    this.#file.close();
  }
}

function lineOf(fields: TraceFields & { readonly event: TraceEvent }): string {
  return `${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`;
}
