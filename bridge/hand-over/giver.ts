/**
 * The side of a hand-over that leaves: it gives its sessions away, one after the other, those first for whom somebody
 * calls. What it could not give to one successor it gives to the next.
 */
import { connect } from 'node:net';
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import type { Journal } from '../session/journal.ts';
import { recordOf, type LiveRecord } from '../session/live.ts';
import type { Clock } from '../session/ports.ts';
import type { Sessions } from '../session/sessions.ts';
import type { UnderWay } from '../session/under-way.ts';
import { InTurn } from './in-turn.ts';
import { Lines } from './lines.ts';
import type { GiverSays, TakerSays } from './words.ts';

/** Milliseconds that a session waits for the calls of its user that are being done. */
const CALLS = 2000;
/** Milliseconds for the successor to answer. */
const PATIENCE = 30_000;

export interface GiverOptions {
  /** Of this worker. */
  readonly id: number;
  readonly sessions: Sessions;
  readonly underWay: UnderWay;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

interface Frozen {
  readonly record: LiveRecord;
  /** Unix milliseconds. */
  readonly at: number;
}

export class Giver {
  readonly #options: GiverOptions;
  /** Whom nobody has taken yet: those whose sessions run no more with their records. */
  #left: Map<string, Frozen | undefined> | undefined;

  constructor(options: GiverOptions) {
    this.#options = options;
  }

  /** Gives all that are left to the worker that listens there. @throws Error when it goes away, or does not answer */
  async giveTo(path: string): Promise<void> {
    this.#left ??= new Map(this.#options.sessions.moving.retire().map((user) => [user, undefined]));
    await new Giving(this.#options, this.#left).run(path);
  }
}

class Giving {
  readonly #options: GiverOptions;
  readonly #left: Map<string, Frozen | undefined>;
  /** Users whose turn is to come. */
  readonly #queue = new InTurn<undefined>();
  readonly #answers = new Map<string, (how: 'taken' | 'refused') => void>();
  #begin: (window: number) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  constructor(options: GiverOptions, left: Map<string, Frozen | undefined>) {
    this.#options = options;
    this.#left = left;
    for (const user of left.keys()) this.#queue.put(user, undefined);
  }

  async run(path: string): Promise<void> {
    const failed = new Promise<never>((_, reject) => (this.#fail = reject));
    failed.catch(() => undefined);
    const begun = new Promise<number>((resolve) => (this.#begin = resolve));
    const lines = new Lines(
      connect(path),
      (value) => this.#hear(value as TakerSays),
      () => this.#fail(new Error('the successor has gone')),
    );
    const timer = setTimeout(() => this.#fail(new Error('the successor does not begin')), PATIENCE);
    try {
      await say(lines, { type: 'users', users: [...this.#left.keys()], worker: this.#options.id });
      const window = await Promise.race([begun, failed]);
      clearTimeout(timer);
      const hands = Array.from({ length: window }, () => this.#giveAll(lines, failed));
      const ends = await Promise.allSettled(hands); // none may still be at work when it is tried again
      const fault = ends.find((end) => end.status === 'rejected');
      if (fault !== undefined) throw fault.reason;
      lines.end();
    } finally {
      clearTimeout(timer);
      if (this.#left.size > 0) lines.destroy();
    }
  }

  #hear(word: TakerSays): void {
    if (word.type === 'begin') this.#begin(word.window);
    else if (word.type === 'want') this.#queue.prefer(word.user);
    else this.#answers.get(word.user)?.(word.how);
  }

  async #giveAll(lines: Lines, failed: Promise<never>): Promise<void> {
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next())
      await this.#give(next[0], lines, failed);
  }

  async #give(user: string, lines: Lines, failed: Promise<never>): Promise<void> {
    const frozen = this.#left.get(user) ?? (await this.#freeze(user));
    if (frozen === undefined) await say(lines, { type: 'none', user });
    else {
      const answered = new Promise<'taken' | 'refused'>((resolve) => this.#answers.set(user, resolve));
      await say(lines, { type: 'session', record: frozen.record, frozen: frozen.at });
      const timer = setTimeout(() => this.#fail(new Error('the successor does not answer')), PATIENCE);
      const how = await Promise.race([answered, failed]).finally(() => clearTimeout(timer));
      metrics.handedOver.inc({ how: `given-${how}` });
      this.#answers.delete(user);
    }
    this.#left.delete(user);
    this.#options.journal.ended(user);
  }

  /** Undefined when there is no session. Its polls are answered, its calls done, its stream cut. */
  async #freeze(user: string): Promise<Frozen | undefined> {
    const { sessions, underWay, clock, log } = this.#options;
    const live = await sessions.moving.release(user);
    if (live === undefined) return undefined;
    if (!(await underWay.idle(user, CALLS))) {
      log.event('handed-over-in-a-call', { user });
      live.behind = true; // what that call still writes into the row is read there
    }
    const at = Date.now();
    try {
      const link = await live.upstream.freeze();
      if (live.ended !== undefined) return undefined;
      const frozen = { record: recordOf(live, link, clock()), at };
      this.#left.set(user, frozen);
      return frozen;
    } catch (error) {
      live.failed(error); // this one begins anew; the others go on
      return undefined;
    }
  }
}

function say(lines: Lines, word: GiverSays): Promise<void> {
  return lines.write(word);
}
