/**
 * One user's stream, kept open: opened, set up, watched until it is cut, and again, with growing pauses.
 *
 *   opening -> up -> cut -> opening ...    a cut stream is resumed where the server still has it
 *   taken over -> up, or cut               of another worker, whose stream is resumed
 *   opening -> failed                      the first opening: the caller is told, and may come again
 *   any     -> closed                      by us, or by the server for good (kicked)
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../backoff.ts';
import { unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Seldom } from '../seldom.ts';
import type { Input } from '../session/ports.ts';
import { Dismissed, FINAL, type End } from './ending.ts';
import { inTurn, type LoginTurns } from './login-turn.ts';
import { StreamError } from './stream-error.ts';
import type { StreamRecord } from './library-hand-over.ts';
import type { Stream } from './stream.ts';

export interface LinkOptions extends LoginTurns {
  /** Milliseconds for each step of opening a stream. */
  readonly timeout: number;
  /**
   * Is the user to go, who may have signed out since this moment (Unix seconds)? Asked when a new XMPP session has begun.
   *
   * @throws when nobody can say
   */
  readonly isToGo: (since: number) => Promise<'removed' | 'signed-out' | undefined>;
  /** Unix seconds: the user has come now, unless another worker knows it better. */
  readonly opened: number;
  readonly log: Log;
  /** Of all links: ejabberd may be out of reach for thousands. */
  readonly told: Seldom;
  readonly take: (input: Input) => void;
  readonly onFault: (reason: string) => void;
  /** Another worker has had this session: had it been set up? */
  readonly takenOver?: { readonly isSetUp: boolean; readonly opened: number } | undefined;
}

export interface LinkSteps {
  /** A set-up begins, and nothing has been said on the stream that is there now. `bound` as in `setUp`. */
  readonly begin: (bound: boolean) => void;
  /** Sets a session up, whole. `bound`: it is new; else one is resumed whose set-up was cut. */
  readonly setUp: (bound: boolean) => Promise<void>;
  /** It is set up. */
  readonly done: () => void;
  /** A session that was set up is there again. `inARow`: not long before it was resumed, or one tried to, too. */
  readonly resumed: (inARow: boolean) => void;
  /** What was asked on the stream is not answered any more. */
  readonly abandon: () => void;
}

/** Milliseconds between two tries to resume a session that are in a row. */
const IN_A_ROW = 60_000;

export class Link {
  readonly ready: Promise<void>;
  /** Unix seconds, by the first worker that had the session. */
  readonly opened: number;
  readonly #stream: Stream;
  readonly #options: LinkOptions;
  readonly #steps: LinkSteps;
  readonly #closing = new AbortController();
  #down: ((reason: string) => void) | undefined;
  /** Why the stream was cut last. */
  #reason = 'cut';
  /** Has the XMPP session that is open, or may be resumed, been set up to the end? */
  #isSetUp = false;
  /** To resume a session that was set up: by performance.now(). */
  #lastTry = -Infinity;

  constructor(stream: Stream, options: LinkOptions, steps: LinkSteps) {
    this.#stream = stream;
    this.#options = options;
    this.#steps = steps;
    this.#isSetUp = options.takenOver?.isSetUp ?? false;
    this.opened = options.takenOver?.opened ?? options.opened;
    this.ready = options.takenOver === undefined ? this.#open() : this.#takeOver();
    this.ready.then(
      () =>
        this.#keepUp().catch((error: unknown) => options.log.event('session-not-kept-up', { err: error })),
      () => void stream.close(), // so that friends don't see it until it times out; the caller has the fault
    );
  }

  get isSetUp(): boolean {
    return this.#isSetUp;
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** The stream was cut. */
  wentDown(reason: string): void {
    this.#reason = reason;
    // Answers would come after a resumption; but a set-up that was cut is begun anew.
    if (!this.#isSetUp) this.#steps.abandon();
    this.#down?.(reason);
  }

  /** What the server thinks of the session is not sure any more. */
  setUpAnew(): void {
    this.#isSetUp = false;
    this.#stream.cut();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#down?.('closed');
    await this.#stream.close();
    this.#steps.abandon();
  }

  /** As `close`, but for the server, which keeps the stream for who resumes it. */
  freeze(): StreamRecord {
    this.#closing.abort();
    this.#down?.('handed over');
    const record = this.#stream.freeze();
    this.#steps.abandon();
    return record;
  }

  /** Nobody is told that the link was away, unless it stays so. */
  async #takeOver(): Promise<void> {
    try {
      const resumed = await this.#inTurn(() => this.#enter());
      this.#options.log.event('xmpp-taken-over', { resumed });
      if (!resumed) this.#options.take({ type: 'link', connected: false });
      this.#options.take({ type: 'link', connected: true });
    } catch (error) {
      if (this.#closed()) return;
      this.#reason = 'not-taken-over'; // what an opening fails of is no word of the server's on the session
      this.#options.log.event('xmpp-not-taken-over', { err: error });
      this.#stream.cut();
    }
  }

  /** Logs in and sets up, in turn. @throws CallError `unavailable` */
  async #open(): Promise<void> {
    try {
      const resumed = await this.#inTurn(() => this.#enter());
      this.#options.log.event('xmpp-up', { resumed });
      this.#options.take({ type: 'link', connected: true });
    } catch (error) {
      const reason = error instanceof StreamError ? error.reason : 'set-up';
      this.#options.onFault(reason);
      if (reason !== 'closed')
        this.#options.log.seldom('xmpp-not-opened', this.#options.told, { err: error });
      if (error instanceof Dismissed) throw error;
      throw unavailable('the chat server is out of reach at the moment', error);
    }
  }

  /** Resolves to whether the stream was resumed. */
  async #enter(): Promise<boolean> {
    const inARow = performance.now() - this.#lastTry < IN_A_ROW;
    if (this.#isSetUp) this.#lastTry = performance.now();
    const resumed = await this.#stream.open();
    if (!resumed) this.#isSetUp = false;
    if (this.#isSetUp) this.#steps.resumed(inARow);
    else await this.#setUp(!resumed);
    return resumed;
  }

  async #setUp(bound: boolean): Promise<void> {
    this.#steps.begin(bound);
    await this.#mayStay();
    await this.#steps.setUp(bound);
    this.#isSetUp = true;
    this.#steps.done();
  }

  /** Before it was bound nobody could end it: a user who was removed or signed out meanwhile must not slip through. */
  async #mayStay(): Promise<void> {
    const end = await this.#options.isToGo(this.opened);
    if (end !== undefined) throw new Dismissed(end);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { logins, patience, isWanted } = this.#options;
    return inTurn({ logins, patience, isWanted: () => !this.#closed() && isWanted() }, work);
  }

  #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #keepUp(): Promise<void> {
    while (!this.#closed()) {
      const reason = await this.#whenDown();
      if (this.#closed()) return;
      this.#options.onFault(reason);
      this.#options.log.event('xmpp-down', { reason });
      this.#options.take({ type: 'link', connected: false });
      const end = FINAL[reason] ?? (await this.#reopen());
      if (end !== undefined) {
        this.#options.take({ type: 'ended', reason: end });
        return;
      }
    }
  }

  #whenDown(): Promise<string> {
    if (!this.#stream.up) return Promise.resolve(this.#reason);
    return new Promise((resolve) => {
      this.#down = resolve;
    });
  }

  async #reopen(): Promise<End | undefined> {
    for (let attempt = 0; !this.#closed(); attempt += 1) {
      try {
        await sleep(backoff(attempt, Math.random()), undefined, { signal: this.#closing.signal });
        await this.#open();
        return undefined;
      } catch (error) {
        if (error instanceof Dismissed) return error.reason;
        this.#stream.cut();
        // others are logged and counted by #open, or the pause was ended by close()
      }
    }
    return undefined;
  }
}
