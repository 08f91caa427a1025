/**
 * Sending, so that a client may retry until it is answered and nothing is sent twice.
 *
 * A `cid` is remembered before the message goes out. A retry then finds: the call still under way (waits for
 * the same answer), the answer (returns it), or a beginning without an end, when a process died or the database
 * stalled in between. Then it is sent again, and says so: mod_archive_site looks in the archives of both for the
 * cid, as origin-id, and does what is missing. To stand in the sender's archive alone is not to have arrived.
 */
import { CallError, badRequest, unavailable } from '../errors.ts';
import type { Accepted, OutgoingMessage, SentMessages, Upstream } from './ports.ts';
import type { Live } from './live.ts';
import { spend, type Rate } from './rate.ts';

/** Seconds of clock difference between MySQL, ejabberd and us that the look into the archives allows for. */
const CLOCK_MARGIN = 60;

export interface SendingOptions {
  readonly sent: SentMessages;
  readonly sends: Rate;
  readonly clock: () => number;
  readonly now: () => Date;
}

export class Sending {
  readonly #options: SendingOptions;
  readonly #underWay = new Map<string, { message: OutgoingMessage; answer: Promise<Accepted> }>();

  constructor(options: SendingOptions) {
    this.#options = options;
  }

  /** Sends without an answer yet. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /**
   * Resolves when the message is in the sender's archive.
   *
   * @throws CallError `not-friends`, `unavailable`, `rate-limited`; `bad-request` when the cid was used before
   *   for something else.
   */
  async send(live: Live, message: OutgoingMessage): Promise<Accepted> {
    const key = `${live.session.user}\n${message.cid}`;
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined)
      return sameContent(underWay.message, message) ? underWay.answer : Promise.reject(usedBefore());
    const { sends, clock } = this.#options;
    spend(live.session.sends, sends, clock(), 'too many messages at once');
    const answer = this.#sendOnce(live, message)
      .catch((error: unknown) => Promise.reject(notNow(error)))
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, { message, answer });
    return answer;
  }

  async #sendOnce({ session, upstream }: Live, message: OutgoingMessage): Promise<Accepted> {
    const { sent } = this.#options;
    const before = await sent.begin(session.user, message);
    if (before.state === 'accepted') return before.answer;
    if (before.state === 'conflict') throw usedBefore();
    const again = before.state === 'begun' && { since: this.#ago(before.age + CLOCK_MARGIN) };
    const answer = await this.#hand(session.user, upstream, { ...message, ...again });
    await sent.accepted(session.user, message.cid, answer);
    return answer;
  }

  #ago(seconds: number): string {
    return new Date(this.#options.now().getTime() - seconds * 1000).toISOString();
  }

  async #hand(user: string, upstream: Upstream, message: OutgoingMessage): Promise<Accepted> {
    try {
      return await upstream.send(message);
    } catch (error) {
      // A clear refusal: nothing was done. Of anything else the end is not known, so the cid stays begun.
      if (error instanceof CallError && error.code === 'not-friends')
        await this.#options.sent.refused(user, message.cid);
      throw error;
    }
  }
}

function sameContent(a: OutgoingMessage, b: OutgoingMessage): boolean {
  return a.to === b.to && a.body === b.body;
}

function usedBefore(): CallError {
  return badRequest('this cid was used before, for another message: every message needs a cid of its own');
}

/** The fault of a store or link that is out of reach: the client retries, with the same cid. */
function notNow(cause: unknown): CallError {
  return cause instanceof CallError ? cause : unavailable('the message could not be sent now', cause);
}
