/**
 * Sessions that are being opened. When everybody comes at once most of them wait for their turn to log in, for longer
 * than a call may be held. Such a call is told to come again; the session keeps its place, as long as somebody may come.
 */
import { inTime } from './in-time.ts';
import type { Live } from './live.ts';
import type { Clock } from './ports.ts';

/** Milliseconds that a call waits: pages and proxies wait for thirty seconds and more. */
const PATIENCE = 25_000;

export interface OpeningsOptions {
  readonly open: (user: string) => Promise<Live>;
  readonly clock: Clock;
  /** Seconds that a user without a tab is waited for. */
  readonly limits: { readonly grace: number };
  readonly patience?: number;
}

interface Coming {
  readonly live: Promise<Live>;
  /** Calls that wait for it. */
  calls: number;
  /** Monotonic milliseconds: when the last of them was told to come again. */
  left: number;
}

export class Openings {
  readonly #options: OpeningsOptions;
  readonly #coming = new Map<string, Coming>();
  #areWanted = true;

  constructor(options: OpeningsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#coming.size;
  }

  get users(): string[] {
    return [...this.#coming.keys()];
  }

  /**
   * The session, when it is open. Whoever asks first begins it.
   *
   * @throws CallError `unavailable` when that takes longer than a call may wait; and as `open`
   */
  async arrival(user: string): Promise<Live> {
    const coming = this.#coming.get(user) ?? this.#begin(user);
    coming.calls += 1;
    try {
      return await this.#inTime(coming.live);
    } finally {
      coming.calls -= 1;
      coming.left = this.#options.clock();
    }
  }

  /** Does somebody wait, or may come again? Who is not being opened is not asked about here. */
  isWanted(user: string): boolean {
    const coming = this.#coming.get(user);
    if (coming === undefined) return true;
    const { clock, limits } = this.#options;
    return this.#areWanted && (coming.calls > 0 || clock() - coming.left <= limits.grace * 1000);
  }

  /** Nobody of these is waited for any more: who has not begun to log in is refused when it is their turn. */
  giveUp(): void {
    this.#areWanted = false;
  }

  /** Resolves when there is none to come, be it that it has come. */
  async settled(user: string): Promise<void> {
    await this.#coming.get(user)?.live.catch(() => undefined);
  }

  /** As `settled`, but waits no longer than a call. */
  async soon(user: string): Promise<void> {
    await this.#inTime(this.settled(user)).catch(() => undefined);
  }

  #inTime<T>(promise: Promise<T>): Promise<T> {
    const { patience = PATIENCE } = this.#options;
    return inTime(promise, patience, 'many come at the moment: your turn is to come');
  }

  #begin(user: string): Coming {
    const live = this.#options.open(user);
    const coming = { live, calls: 0, left: this.#options.clock() };
    this.#coming.set(user, coming);
    const end = (): void => void this.#coming.delete(user);
    live.then(end, end); // also where nobody waits at the moment to be told of a fault
    return coming;
  }
}
