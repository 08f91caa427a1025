/**
 * Brings own messages to the bridge. Those to one person go one after the other, so they arrive in the order
 * in which they were written; a slow one holds nobody else's up. Each is tried with the same `cid` until it is
 * answered or refused.
 */
import { readSend } from './answers.ts';
import { asFault } from './faults.ts';
import type { Parts } from './options.ts';
import { answered, nextTo, overdueRefused, peersWaitedFor, refused, type Outgoing } from './outgoing.ts';
import { delayBefore, fateOf } from './recovery.ts';
import type { Store } from './store.ts';
import type { Seat, Uplink } from './uplink.ts';

/** Milliseconds. The bridge answers a `send` when ejabberd has taken the message. */
const SEND_TIMEOUT = 30_000;

export class Sender {
  readonly #parts: Parts;
  readonly #store: Store;
  readonly #uplink: Uplink;
  /** Those to whom a message is under way. */
  readonly #busy = new Set<string>();
  #life = new AbortController();

  constructor(parts: Parts, store: Store, uplink: Uplink) {
    this.#parts = parts;
    this.#store = store;
    this.#uplink = uplink;
  }

  /** Sends what waits, as far as there is a seat to send from. */
  kick(): void {
    for (const peer of peersWaitedFor(this.#store.state.outgoing)) {
      if (!this.#busy.has(peer)) void this.#sendAllTo(peer, this.#life.signal);
    }
  }

  /** Leaves off. What was under way stays pending. */
  stop(): void {
    this.#life.abort(new Error('stopped'));
    this.#life = new AbortController();
    this.#busy.clear();
  }

  async #sendAllTo(peer: string, life: AbortSignal): Promise<void> {
    this.#busy.add(peer);
    for (let failures = 0; !life.aborted;) {
      const seat = this.#uplink.seat;
      this.#giveUpOverdue();
      const next = nextTo(this.#store.state.outgoing, peer);
      if (seat === undefined || next === undefined) break;
      const outcome = await this.#try(next, seat, failures, life);
      if (outcome === 'reconnect') break;
      failures = outcome === 'retry' ? failures + 1 : 0;
    }
    if (!life.aborted) this.#busy.delete(peer);
  }

  /** Before each try: the computer may have slept for days. */
  #giveUpOverdue(): void {
    const { outgoing } = this.#store.state;
    const left = overdueRefused(outgoing, this.#parts.now());
    if (left !== outgoing) this.#store.change({ outgoing: left });
  }

  async #try(
    { cid, to, body }: Outgoing,
    seat: Seat,
    failures: number,
    life: AbortSignal,
  ): Promise<'done' | 'retry' | 'reconnect'> {
    try {
      const params = { u: seat.user, tab: seat.tab, to, body, cid };
      const limits = { timeout: SEND_TIMEOUT, signal: life };
      const answer = readSend(await this.#parts.transport.call('send', params, limits));
      this.#store.change({ outgoing: answered(this.#store.state.outgoing, cid, answer) });
      return 'done';
    } catch (error) {
      return life.aborted ? 'retry' : this.#failed(cid, seat, error, failures, life);
    }
  }

  async #failed(
    cid: string,
    seat: Seat,
    error: unknown,
    failures: number,
    life: AbortSignal,
  ): Promise<'done' | 'retry' | 'reconnect'> {
    const fault = asFault(error);
    const fate = fateOf(fault.code, failures);
    if (fate === 'retry') {
      const { random } = this.#parts;
      const delay = delayBefore(fault, { failures, sameStep: true, random });
      await this.#uplink.pauses.wait(delay, life, { mayEndEarly: fault.retryAfter === undefined });
      return 'retry';
    }
    if (fate === 'reconnect') {
      this.#uplink.lost(seat.tab);
      return 'reconnect';
    }
    const { code, message } = fault;
    this.#store.change({ outgoing: refused(this.#store.state.outgoing, cid, { code, message }) });
    return 'done';
  }
}
