/** The calls beside connect, poll and send: each goes out from the seat that there is, and is tried again where that helps. */
import type { Answer } from './answers.ts';
import { asFault, CallFault } from './faults.ts';
import type { Parts } from './options.ts';
import { delayBefore, fateOf } from './recovery.ts';
import type { Store } from './store.ts';
import type { CallName, Params } from './transport.ts';
import type { Seat, Uplink } from './uplink.ts';

/** Milliseconds. */
const TIMEOUT = 20_000;

/** How long somebody waits for a call: milliseconds until there is a connection, and times that it is tried. */
interface Patience {
  readonly connection: number;
  readonly tries: number;
}

const SOME: Patience = { connection: 60_000, tries: 8 };
const ENDLESS: Patience = { connection: Infinity, tries: Infinity };

export type AskedParams = Readonly<Record<string, string | number | boolean>>;

export class Asker {
  readonly #parts: Parts;
  readonly #store: Store;
  readonly #uplink: Uplink;
  #life = new AbortController();

  constructor(parts: Parts, store: Store, uplink: Uplink) {
    this.#parts = parts;
    this.#store = store;
    this.#uplink = uplink;
  }

  /** Ends what is under way: its callers are told `network`. */
  stop(): void {
    this.#life.abort(new CallFault('network', 'stopped'));
    this.#life = new AbortController();
  }

  /** Whom a call is for that is made now; undefined before anybody is known. */
  get user(): string | undefined {
    return this.#store.state.user;
  }

  /** There is a connection, and a snapshot. @throws CallFault `network` when there is none for long */
  async ready(): Promise<void> {
    await this.#seat(this.#life.signal, SOME.connection);
  }

  /** Once, if there is a connection: for what is of no use later. */
  async tell(name: CallName, params: AskedParams): Promise<void> {
    const { seat } = this.#uplink;
    if (seat !== undefined) await this.#call(name, params, seat, this.#life.signal).catch(() => undefined);
  }

  /** @throws CallFault when it is refused, or does not succeed. */
  ask(name: CallName, params: AskedParams): Promise<Answer> {
    return this.#try(this.user, name, params, SOME);
  }

  /**
   * For what is to be so in the end, however long there is no network: until it is done or refused, or this client
   * stops, or somebody else has signed in.
   *
   * @param whose `user` as it was when it was wished
   * @throws CallFault
   */
  insist(whose: string | undefined, name: CallName, params: AskedParams): Promise<Answer> {
    return this.#try(whose, name, params, ENDLESS);
  }

  async #try(
    whose: string | undefined,
    name: CallName,
    params: AskedParams,
    patience: Patience,
  ): Promise<Answer> {
    const life = this.#life.signal;
    for (let failures = 0; ; failures += 1) {
      const seat = await this.#seat(life, patience.connection);
      if (whose !== undefined && whose !== seat.user)
        throw new CallFault('gone', 'somebody else has signed in meanwhile');
      try {
        return await this.#call(name, params, seat, life);
      } catch (error) {
        const fault = asFault(error);
        if (failures + 1 >= patience.tries) throw fault;
        await this.#mayRetry(fault, failures, seat, life);
      }
    }
  }

  #call(name: CallName, params: AskedParams, seat: Seat, signal: AbortSignal): Promise<Answer> {
    const all: Params = { u: seat.user, tab: seat.tab, ...params };
    return this.#parts.transport.call(name, all, { timeout: TIMEOUT, signal });
  }

  /** Waits as long as is due before the next try. @throws the fault when there is none */
  async #mayRetry(fault: CallFault, failures: number, seat: Seat, life: AbortSignal): Promise<void> {
    const fate = life.aborted ? 'refused' : fateOf(fault.code, failures);
    if (fate === 'refused') throw fault;
    if (fate === 'reconnect') this.#uplink.lost(seat.tab);
    const delay = delayBefore(fault, { failures, sameStep: true, random: this.#parts.random });
    await this.#uplink.pauses.wait(delay, life, { mayEndEarly: fault.retryAfter === undefined });
  }

  /** The seat, as soon as there is one. @throws CallFault `network` */
  async #seat(life: AbortSignal, patience: number): Promise<Seat> {
    const { seat } = this.#uplink;
    if (seat !== undefined) return seat;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        unsubscribe();
        life.removeEventListener('abort', end);
        resolve();
      };
      const timer = patience === Infinity ? undefined : setTimeout(end, patience);
      const unsubscribe = this.#store.listeners.add(() => {
        if (this.#uplink.seat !== undefined) end();
      });
      life.addEventListener('abort', end);
    });
    const later = this.#uplink.seat;
    if (later === undefined) throw new CallFault('network', 'there is no connection to the chat service');
    return later;
  }
}
