/**
 * Who is traced now, as this process knows: it looks at the folder of traces once a second, and reads it when something
 * was changed there. While nobody is traced, `of` is one look at a number.
 */
import { statSync } from 'node:fs';
import type { Order } from './order.ts';
import { ordersIn, type TraceFolder } from './orders.ts';
import { forgetRequests } from './request.ts';
import { Trace } from './trace.ts';

/** Milliseconds between two looks. */
const EVERY = 1000;
/** Milliseconds that the clock of a file system may be behind: what was changed just now may be changed again unseen. */
const SETTLED = 2000;

export interface TracerFaults {
  /** A line was not written. */
  readonly notWritten: (user: string, error: unknown) => void;
  /** The folder is there, and can't be read. Told once. */
  readonly unreadable: (error: unknown) => void;
}

export class Tracer {
  readonly #traces = new Map<string, Trace>();
  readonly #part: string;
  readonly #folder: TraceFolder | undefined;
  #faults: TracerFaults = { notWritten: () => undefined, unreadable: () => undefined };
  #timer: NodeJS.Timeout | undefined;
  /** When the folder was changed, as of the last reading; in milliseconds. */
  #changed: number | undefined;
  #complained = false;

  /** @param folder without it nobody is ever traced */
  constructor(part: string, folder?: TraceFolder) {
    this.#part = part;
    this.#folder = folder;
  }

  get any(): boolean {
    return this.#traces.size > 0;
  }

  /** Who is traced, as far as it is known here. */
  get orders(): Order[] {
    return [...this.#traces.values()].filter(({ due }) => due).map(({ order }) => order);
  }

  /** The trace of a user, if there is one now. */
  of(user: string): Trace | undefined {
    if (this.#traces.size === 0) return undefined;
    const trace = this.#traces.get(user);
    return trace?.due === true ? trace : undefined;
  }

  /** Looks at once, so that a process that takes over goes on with the traces there are. */
  start(faults: TracerFaults): void {
    if (this.#folder === undefined) return;
    this.#faults = faults;
    this.#look(this.#folder);
    this.#timer = setInterval(this.#look.bind(this, this.#folder), EVERY).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const trace of this.#traces.values()) trace.close();
    this.#traces.clear();
  }

  #look(folder: TraceFolder): void {
    try {
      const changed = statSync(folder.dir, { throwIfNoEntry: false })?.mtimeMs;
      const isQuiet = changed === this.#changed && (changed === undefined || Date.now() - changed > SETTLED);
      if (!isQuiet) this.#follow(changed === undefined ? [] : ordersIn(folder));
      else if (this.any) this.#follow([...this.#traces.values()].map(({ order }) => order));
      this.#changed = changed;
    } catch (error) {
      this.#follow([]);
      this.#changed = undefined;
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#faults.unreadable(error);
  }

  /** From now on these, as far as they are due. */
  #follow(orders: readonly Order[]): void {
    const wanted = new Map(orders.map((order) => [order.user, order]));
    for (const [user, trace] of this.#traces)
      if (!isSame(trace.order, wanted.get(user)) || !trace.due) this.#leave(trace, wanted.get(user));
    for (const order of wanted.values()) if (!this.#traces.has(order.user)) this.#begin(order);
  }

  /** @param next what is wanted of the same user instead */
  #leave(trace: Trace, next: Order | undefined): void {
    if (trace.order.trace === next?.trace && trace.due) trace.close();
    else trace.end();
    this.#traces.delete(trace.order.user);
    if (this.#traces.size === 0) forgetRequests();
  }

  #begin(order: Order): void {
    if (this.#folder === undefined) return;
    const { user, until, bodies } = order;
    const trace = new Trace(this.#part, order, this.#folder, (error) => this.#faults.notWritten(user, error));
    if (!trace.due) return;
    this.#traces.set(user, trace);
    trace.line('trace-taken-up', { until, bodies });
  }
}

function isSame(one: Order, other: Order | undefined): boolean {
  return one.trace === other?.trace && one.until === other.until && one.bodies === other.bodies;
}
