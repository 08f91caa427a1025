/** Read markers (XEP-0333) to friends. One that can't be told now is told later: nothing else would say it again. */
import type { Element } from '@xmpp/xml';
import { displayedStanza } from './outgoing.ts';
import type { Owner } from './owner.ts';

/** Conversations that wait; beyond, the oldest is told by the peer's next look at the row (session/learning.ts). */
const MOST = 100;

export interface MarkersOptions {
  readonly owner: Owner;
  /** May anybody be shown that the user is here? */
  readonly mayTell: () => boolean;
  /** Returns whether it was sent; not so when the stream is down or busy. */
  readonly send: (stanza: Element) => boolean;
}

/** Peers, and what was read of theirs. */
export type MarkersRecord = readonly (readonly [peer: string, cid: string])[];

export class Markers {
  readonly #options: MarkersOptions;
  /** What was read up to, by `cid`, in each conversation where it is not told: the last stands for all before it. */
  readonly #waiting: Map<string, string>;

  /** @param waiting of the worker that had the session before */
  constructor(options: MarkersOptions, waiting: MarkersRecord = []) {
    this.#options = options;
    this.#waiting = new Map(waiting);
  }

  get record(): MarkersRecord {
    return [...this.#waiting];
  }

  /** What is read in secret is never told. */
  displayed(to: string, cid: string): void {
    const { owner, mayTell, send } = this.#options;
    if (!mayTell()) return;
    this.#waiting.delete(to);
    if (!send(displayedStanza(to, cid, owner))) this.#wait(to, cid);
  }

  #wait(to: string, cid: string): void {
    this.#waiting.set(to, cid);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MOST && oldest !== undefined) this.#waiting.delete(oldest);
  }

  /** The link is up again, and it is known how the user is to appear. */
  tellWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [to, cid] of waiting) this.displayed(to, cid);
  }
}
