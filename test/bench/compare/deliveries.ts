/** Which tab has been given which message, and when: every one exactly once, or the comparison is none. */
import { performance } from 'node:perf_hooks';
import { quantile } from '../numbers.ts';

/** A tab: its user, and its number among the user's. */
export interface Place {
  readonly user: string;
  readonly tab: number;
}

interface Sent {
  readonly at: number;
  readonly from: Place;
  readonly to: string;
  /** `USER TAB` of those who have it. */
  readonly has: Set<string>;
}

export interface Counted {
  readonly messages: number;
  /** In the tabs of both people. */
  readonly expected: number;
  readonly delivered: number;
  /** Once more to a tab that had it, or to somebody whom it was not for. */
  readonly doubled: number;
  /** That came to tabs (XEP-0184). */
  readonly receipts: number;
  /** Milliseconds from sending to another tab. */
  readonly p50: number;
  readonly p99: number;
}

export class Deliveries {
  readonly #tabs: number;
  readonly #sent: Sent[] = [];
  readonly #latencies: number[] = [];
  #delivered = 0;
  #doubled = 0;
  #receipts = 0;

  /** `tabs` of each user. */
  constructor(tabs: number) {
    this.#tabs = tabs;
  }

  /** A message is sent now. Returns its text, about as long as what people write. */
  send(from: Place, to: string): string {
    const number = this.#sent.push({ at: performance.now(), from, to, has: new Set() }) - 1;
    return `m${number} shall we meet at the station at eight, or is that too early for you?`;
  }

  arrived(place: Place, text: string): void {
    const sent = this.#sent[Number(/^m(\d+) /.exec(text)?.[1] ?? NaN)];
    const key = `${place.user} ${place.tab}`;
    if (sent === undefined || sent.has.has(key) || ![sent.from.user, sent.to].includes(place.user)) {
      this.#doubled += 1;
      return;
    }
    sent.has.add(key);
    this.#delivered += 1;
    const isSender = place.user === sent.from.user && place.tab === sent.from.tab;
    if (!isSender) this.#latencies.push(performance.now() - sent.at);
  }

  receipts(count: number): void {
    this.#receipts += count;
  }

  /** All messages are there, and of each a receipt in every tab of its sender, or from every tab of its receiver. */
  isComplete(withReceipts: boolean): boolean {
    const receipts = withReceipts ? this.#sent.length * this.#tabs : 0;
    return this.#delivered >= this.#expected && this.#receipts >= receipts;
  }

  get counted(): Counted {
    return {
      messages: this.#sent.length,
      expected: this.#expected,
      delivered: this.#delivered,
      doubled: this.#doubled,
      receipts: this.#receipts,
      p50: quantile(this.#latencies, 0.5),
      p99: quantile(this.#latencies, 0.99),
    };
  }

  get #expected(): number {
    return this.#sent.length * 2 * this.#tabs;
  }
}
