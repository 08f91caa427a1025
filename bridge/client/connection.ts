/**
 * The loop of one tab: connect, then poll for ever.
 *
 *   connect-token --snapshot--> poll --events--> poll ...
 *   poll --gone--> connect-tab --gone--> connect-token
 *   any --bad-token, token-expired--> connect-token
 *   any --network, unavailable, rate-limited--> the same again, later
 *   poll --superseded--> stop          connect-token --nobody is signed in--> stop
 *
 * recovery.ts decides, this file obeys. One loop runs at a time; `stop` ends it whatever it waits for.
 */
import { readConnect, readPoll, type PollAnswer } from './answers.ts';
import { newEvents, positionOf } from './cursor.ts';
import { CallFault, asFault } from './faults.ts';
import type { Parts } from './options.ts';
import { Pauses } from './pauses.ts';
import { delayBefore, stepAfter, type Step } from './recovery.ts';
import { NOTHING, withSnapshot, type Status } from './state.ts';
import type { Store } from './store.ts';
import type { Identity } from './token-source.ts';

/** What the bridge knows a tab by. `tab` is a secret: it acts for the user. */
export interface Seat {
  readonly user: string;
  readonly tab: string;
  readonly cursor: string;
  /** Milliseconds that the bridge holds a poll. */
  readonly hold: number;
}

/** What a client makes of the loop's news. */
export interface ConnectionPorts {
  /** The site says who the person is. */
  readonly identified: (user: string) => void;
  /** There is a seat, and a fresh snapshot; or the one that there was is good again. */
  readonly seated: (isNewTab: boolean) => void;
  readonly polled: (answer: PollAnswer) => void;
}

/** Milliseconds. */
const CONNECT_TIMEOUT = 30_000;
const TOKEN_TIMEOUT = 20_000;
/** Milliseconds beyond `hold` until a poll counts as lost; hidden tabs' timers may be a minute late. */
const POLL_GRACE = 10_000;
/** Milliseconds that a poll has to be under way after a fault until the connection counts as good again. */
const BACK_AFTER = 2000;
/** Milliseconds before a tab that was told `bye` asks the site whether its user is still signed in. */
const AFTER_BYE = 1000;

export class Connection {
  readonly pauses = new Pauses();
  readonly #parts: Parts;
  readonly #store: Store;
  readonly #ports: ConnectionPorts;
  #seat: Seat | undefined;
  /** Ends the loop. Undefined while none runs. */
  #life: AbortController | undefined;
  /** Ends the poll under way, and not the loop. */
  #poll = new AbortController();

  constructor(parts: Parts, store: Store, ports: ConnectionPorts) {
    this.#parts = parts;
    this.#store = store;
    this.#ports = ports;
  }

  get seat(): Seat | undefined {
    return this.#life === undefined ? undefined : this.#seat;
  }

  get running(): boolean {
    return this.#life !== undefined;
  }

  start(): void {
    if (this.#life !== undefined) return;
    const life = new AbortController();
    this.#life = life;
    this.#setStatus(this.#store.state.snapshot === undefined ? 'connecting' : 'reconnecting');
    void this.#run(life.signal).finally(() => {
      if (this.#life === life) this.#life = undefined;
    });
  }

  /** Ends the loop. The seat is kept for the next `start`. */
  stop(): void {
    const life = this.#life;
    this.#life = undefined;
    life?.abort(new CallFault('network', 'stopped'));
    this.#poll.abort(new CallFault('network', 'stopped'));
    if (life !== undefined) this.#setStatus('idle');
  }

  /** Gives the seat up: the next `start` asks for a token. */
  forget(): Seat | undefined {
    const seat = this.#seat;
    this.#seat = undefined;
    return seat;
  }

  /** A `send` was told that the bridge does not know this tab. */
  lost(tab: string): void {
    if (this.#seat?.tab === tab) this.#poll.abort(new CallFault('gone', 'the tab is not known any more'));
  }

  async #run(life: AbortSignal): Promise<void> {
    let step: Step = this.#seat === undefined ? 'connect-token' : 'connect-tab';
    let failures = 0;
    while (step !== 'stop' && !life.aborted) {
      try {
        const polled: boolean = step === 'poll';
        step = await this.#take(step, life, failures > 0);
        if (polled) failures = 0;
      } catch (error) {
        step = await this.#recover(step, asFault(error), failures, life);
        failures += 1;
      }
    }
  }

  #take(step: Exclude<Step, 'stop'>, life: AbortSignal, afterFault: boolean): Promise<Step> {
    const seat = this.#seat;
    if (step === 'connect-token' || seat === undefined) return this.#connectByToken(life);
    return step === 'connect-tab' ? this.#connectByTab(seat, life) : this.#pollOnce(seat, life, afterFault);
  }

  /** Says how it stands, and waits as long as is due. */
  async #recover(step: Step, fault: CallFault, failures: number, life: AbortSignal): Promise<Step> {
    if (life.aborted) return 'stop';
    const next = stepAfter(step, fault.code);
    this.#store.change({ problem: { code: fault.code, message: fault.message } });
    if (next === 'stop') {
      this.#setStatus('idle');
      return next;
    }
    this.#setStatus(this.#store.state.snapshot === undefined ? 'connecting' : 'reconnecting');
    const { random } = this.#parts;
    const delay = delayBefore(fault, { failures, sameStep: next === step, random });
    await this.pauses.wait(delay, life, { mayEndEarly: fault.retryAfter === undefined });
    return next;
  }

  async #connectByToken(life: AbortSignal): Promise<Step> {
    const identity = await this.#identify(life);
    if (identity === undefined) {
      this.#seat = undefined;
      this.#store.set({ ...NOTHING, status: 'signed-out' });
      return 'stop';
    }
    this.#ports.identified(identity.user);
    await this.#connect(identity.user, { token: identity.token }, life);
    return 'poll';
  }

  async #identify(life: AbortSignal): Promise<Identity | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const fault = new CallFault('network', 'the site gave no token in time');
      timer = setTimeout(() => reject(fault), TOKEN_TIMEOUT);
    });
    try {
      const identity = await Promise.race([this.#parts.token(), late]);
      life.throwIfAborted();
      return identity;
    } finally {
      clearTimeout(timer);
    }
  }

  async #connectByTab(seat: Seat, life: AbortSignal): Promise<Step> {
    await this.#connect(seat.user, { tab: seat.tab }, life);
    return 'poll';
  }

  async #connect(user: string, proof: Record<string, string>, life: AbortSignal): Promise<void> {
    const limits = { timeout: CONNECT_TIMEOUT, signal: life };
    const answer = readConnect(await this.#parts.transport.call('connect', { u: user, ...proof }, limits));
    life.throwIfAborted();
    const { tab, cursor, hold, snapshot } = answer;
    const isNewTab = this.#seat?.tab !== tab;
    this.#seat = { user, tab, cursor, hold: hold * 1000 };
    this.#store.set(withSnapshot(this.#store.state, snapshot));
    this.#ports.seated(isNewTab);
  }

  async #pollOnce(seat: Seat, life: AbortSignal, afterFault: boolean): Promise<Step> {
    this.#poll = new AbortController();
    const limits = { timeout: seat.hold + POLL_GRACE, signal: this.#poll.signal };
    const { user, tab, cursor } = seat;
    const good = afterFault ? setTimeout(() => this.#isGood(), BACK_AFTER) : undefined;
    try {
      const answer = readPoll(await this.#parts.transport.call('poll', { u: user, tab, cursor }, limits));
      life.throwIfAborted();
      if (answer === undefined) return this.#superseded();
      this.#isGood();
      return await this.#took(seat, answer, life);
    } finally {
      clearTimeout(good);
    }
  }

  async #took(seat: Seat, answer: PollAnswer, life: AbortSignal): Promise<Step> {
    const before = positionOf(seat.cursor);
    const after = positionOf(answer.cursor);
    const last = before.epoch === after.epoch ? before.n : -1;
    const events = newEvents(answer.events, last);
    this.#seat = { ...seat, cursor: answer.cursor };
    this.#ports.polled({ ...answer, events });
    const bye = events.find((event) => event.type === 'bye');
    if (bye === undefined) return 'poll';
    this.#seat = undefined;
    if (bye.reason === 'replaced') return this.#superseded();
    this.#setStatus('reconnecting');
    await this.pauses.wait(AFTER_BYE * (1 + this.#parts.random()), life);
    return 'connect-token';
  }

  /** Another page acts as this tab now. Two that take it from one another would go on for ever. */
  #superseded(): Step {
    this.#seat = undefined;
    const problem = { code: 'superseded', message: 'Another page has taken this chat over.' } as const;
    this.#store.change({ status: 'idle', problem });
    return 'stop';
  }

  #isGood(): void {
    const back = this.#store.state.status !== 'online';
    this.#store.change({ status: 'online', problem: undefined });
    if (back) this.#ports.seated(false);
  }

  #setStatus(status: Status): void {
    this.#store.change({ status });
  }
}
