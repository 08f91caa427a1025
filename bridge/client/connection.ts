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
import { NOTHING, shutOut, withSnapshot, type Status } from './state.ts';
import type { Store } from './store.ts';
import { identify } from './token-source.ts';
import type { Seat, Uplink, UplinkPorts } from './uplink.ts';

export interface ConnectionPorts extends Omit<UplinkPorts, 'polled'> {
  /** `seat` is the one that polled, with the cursor that it had. */
  readonly polled: (answer: PollAnswer, seat: Seat) => void;
  /** Of a loop that may be taken over: is it still this one that polls? Where it is not given, it is. */
  readonly isOurs?: () => Promise<boolean>;
}

/** Milliseconds. */
const CONNECT_TIMEOUT = 30_000;
/** Milliseconds beyond `hold` until a poll counts as lost; hidden tabs' timers may be a minute late. */
const POLL_GRACE = 10_000;
/** Milliseconds that a poll has to be under way after a fault until the connection counts as good again. */
const BACK_AFTER = 2000;
/** Milliseconds before a tab that was told `bye` asks the site whether its user is still signed in. */
const AFTER_BYE = 1000;

export class Connection implements Uplink {
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

  /** The seat also while no loop runs: the next `start` takes it up. */
  get kept(): Seat | undefined {
    return this.#seat;
  }

  get running(): boolean {
    return this.#life !== undefined;
  }

  start(): void {
    this.#start('connect');
  }

  /** Goes on where another page has left off, whose snapshot the store has: with its tab, from its cursor. */
  readOn(seat: Seat): void {
    if (this.running) return;
    this.#seat = seat;
    this.#start('poll');
  }

  /** The seat that the next `start` takes up. */
  adopt(seat: Seat): void {
    this.#seat = seat;
  }

  stop(): void {
    if (this.end()) this.#setStatus('idle');
  }

  /** Ends the loop, without a word to the front end: what is shown stays good. Was there one? */
  end(): boolean {
    const life = this.#life;
    this.#life = undefined;
    life?.abort(new CallFault('network', 'stopped'));
    this.#poll.abort(new CallFault('network', 'stopped'));
    return life !== undefined;
  }

  giveUp(): Seat | undefined {
    this.stop();
    const seat = this.#seat;
    this.#seat = undefined;
    return seat;
  }

  /** Fails at once where there is no tab: the next one is told. */
  setActive(active: boolean): Promise<void> {
    if (this.seat !== undefined) return this.#ports.tellActive(active);
    return Promise.reject(new CallFault('network', 'there is no connection to the chat service'));
  }

  used(): void {
    // There is no other page to tell.
  }

  lost(tab: string): void {
    if (this.#seat?.tab === tab) this.#poll.abort(new CallFault('gone', 'the tab is not known any more'));
  }

  #start(how: 'connect' | 'poll'): void {
    if (this.#life !== undefined) return;
    const life = new AbortController();
    this.#life = life;
    const { status, snapshot } = this.#store.state;
    if (how === 'connect' || status !== 'online')
      this.#setStatus(snapshot === undefined ? 'connecting' : 'reconnecting');
    const first = this.#seat === undefined ? 'connect-token' : how === 'poll' ? 'poll' : 'connect-tab';
    void this.#run(first, life.signal).finally(() => {
      if (this.#life === life) this.#life = undefined;
    });
  }

  async #run(first: Step, life: AbortSignal): Promise<void> {
    let step = first;
    let failures = 0;
    while (step !== 'stop' && !life.aborted) {
      try {
        const polled: boolean = step === 'poll';
        step = await this.#take(step, life);
        if (polled) failures = 0;
      } catch (error) {
        step = await this.#recover(step, asFault(error), failures, life);
        failures += 1;
      }
    }
  }

  #take(step: Exclude<Step, 'stop'>, life: AbortSignal): Promise<Step> {
    const seat = this.#seat;
    if (step === 'connect-token' || seat === undefined) return this.#connectByToken(life);
    return step === 'connect-tab' ? this.#connectByTab(seat, life) : this.#pollOnce(seat, life);
  }

  /** Says how it stands, and waits as long as is due. */
  async #recover(step: Step, fault: CallFault, failures: number, life: AbortSignal): Promise<Step> {
    if (life.aborted) return 'stop';
    const next = stepAfter(step, fault.code);
    const problem = { code: fault.code, message: fault.message };
    if (next === 'stop') {
      this.#seat = undefined;
      this.#store.set(shutOut(this.#store.state, problem));
      return next;
    }
    this.#store.change({ problem });
    this.#setStatus(this.#store.state.snapshot === undefined ? 'connecting' : 'reconnecting');
    const { random } = this.#parts;
    const delay = delayBefore(fault, { failures, sameStep: next === step, random });
    await this.pauses.wait(delay, life, { mayEndEarly: fault.retryAfter === undefined });
    return next;
  }

  async #connectByToken(life: AbortSignal): Promise<Step> {
    const identity = await identify(this.#parts.token, life);
    if (identity === undefined) {
      this.#seat = undefined;
      this.#store.set({ ...NOTHING, status: 'signed-out' });
      return 'stop';
    }
    this.#ports.identified(identity.user);
    await this.#connect(identity.user, { token: identity.token }, life);
    return 'poll';
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

  async #pollOnce(seat: Seat, life: AbortSignal): Promise<Step> {
    this.#poll = new AbortController();
    const limits = { timeout: seat.hold + POLL_GRACE, signal: this.#poll.signal };
    const { user, tab, cursor } = seat;
    const isGood = this.#store.state.status === 'online';
    const good = isGood ? undefined : setTimeout(() => this.#isGood(), BACK_AFTER);
    try {
      const answer = readPoll(await this.#parts.transport.call('poll', { u: user, tab, cursor }, limits));
      const isOurs = await this.#isOurs(life);
      if (answer === undefined) return this.#superseded(isOurs);
      if (!isOurs) return 'stop';
      this.#isGood();
      return await this.#took(seat, answer, life);
    } finally {
      clearTimeout(good);
    }
  }

  async #isOurs(life: AbortSignal): Promise<boolean> {
    const isOurs = (await this.#ports.isOurs?.()) ?? true;
    life.throwIfAborted();
    return isOurs;
  }

  async #took(seat: Seat, answer: PollAnswer, life: AbortSignal): Promise<Step> {
    const before = positionOf(seat.cursor);
    const after = positionOf(answer.cursor);
    const last = before.epoch === after.epoch ? before.n : -1;
    const events = newEvents(answer.events, last);
    this.#seat = { ...seat, cursor: answer.cursor };
    this.#ports.polled({ ...answer, events }, seat);
    const bye = events.find((event) => event.type === 'bye');
    if (bye === undefined) return 'poll';
    this.#seat = undefined;
    if (bye.reason === 'replaced') return this.#replaced();
    this.#setStatus('reconnecting');
    await this.pauses.wait(AFTER_BYE * (1 + this.#parts.random()), life);
    return 'connect-token';
  }

  /** @throws CallFault when this loop is known to be the one that polls: what was superseded was a stray */
  #superseded(isOurs: boolean): Step {
    if (this.#ports.isOurs === undefined) return this.#replaced();
    if (isOurs) throw new CallFault('unavailable', 'another page has polled meanwhile');
    return 'stop';
  }

  /** Another page acts as this tab now. Two that take it from one another would go on for ever. */
  #replaced(): Step {
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
