/** What the process holds open for readers, polls and streams: bounded over all, and for each client address. */
import type { IncomingMessage } from 'node:http';
import type { Limits } from '../config/schema.ts';
import { CallError, unavailable } from '../errors.ts';
import { metrics, refusedAs, watchBounded } from '../metrics.ts';
import { clientNetwork, mostOf } from './address.ts';

export class Held {
  readonly #limits: Limits;
  readonly #trustedProxies: ReadonlySet<string>;
  readonly #perAddress = new Map<string, number>();
  #all = 0;

  constructor(limits: Limits, trustedProxies: ReadonlySet<string>) {
    this.#limits = limits;
    this.#trustedProxies = trustedProxies;
    watchBounded('polls', () => this.#all, limits.polls);
    watchBounded('polls-of-address', () => mostOf(this.#perAddress), limits.pollsPerAddress);
  }

  /** Takes a place. Returns what gives it back, to be called once. @throws CallError when there is none */
  take(request: IncomingMessage): () => void {
    const address = clientNetwork(request, this.#trustedProxies);
    const { polls, pollsPerAddress } = this.#limits;
    if (this.#all >= polls) {
      refusedAs('polls');
      throw unavailable('too many polls are held', undefined, 10);
    }
    if ((this.#perAddress.get(address) ?? 0) >= pollsPerAddress) {
      refusedAs('polls-of-address');
      throw new CallError('rate-limited', 'too many polls from this address', { retryAfter: 10 });
    }
    this.#count(address, 1);
    return () => this.#count(address, -1);
  }

  #count(address: string, change: 1 | -1): void {
    this.#all += change;
    const count = (this.#perAddress.get(address) ?? 0) + change;
    if (count === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, count);
    metrics.polls.set(this.#all);
  }
}
