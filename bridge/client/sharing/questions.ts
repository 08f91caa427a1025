/** What a page asks the others: a leader for a welcome, and who knows the seat for it. */
import type { Seat } from '../uplink.ts';
import type { Saying } from './messages.ts';
import type { Membership } from './membership.ts';

export interface QuestionsOptions {
  readonly membership: Membership;
  readonly now: () => number;
}

/** Milliseconds that a new leader waits for somebody who knows the seat, and that a page waits for a welcome. */
const OFFER_WITHIN = 500;
const WELCOME_WITHIN = 2000;

export class Questions {
  readonly #options: QuestionsOptions;
  #askedAt = -Infinity;
  #offered: ((seat: Seat) => void) | undefined;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Not at every event: the first welcome has them all. */
  askForWelcome(): void {
    const now = this.#options.now();
    if (now - this.#askedAt < WELCOME_WITHIN) return;
    this.#askedAt = now;
    this.#say('welcome');
  }

  /** Undefined when nobody offers one in time. */
  askForSeat(): Promise<Seat | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), OFFER_WITHIN);
      this.#offered = (seat) => {
        clearTimeout(timer);
        resolve(seat);
      };
      this.#say('seat');
    });
  }

  offered(seat: Seat): void {
    this.#offered?.(seat);
  }

  #say(wants: Extract<Saying, { type: 'hello' }>['wants']): void {
    const { membership } = this.#options;
    membership.say({ type: 'hello', page: membership.self, wants });
  }
}
