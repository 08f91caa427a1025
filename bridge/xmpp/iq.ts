/**
 * IQ requests of one stream. An answer counts only from whom it was asked (@xmpp/iq looks at the id alone),
 * and ids can't be guessed.
 */
import { randomUUID } from 'node:crypto';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { CallSite } from '../call-site.ts';
import { metrics } from '../metrics.ts';
import { aheadOf } from '../tasks.ts';
import type { Busy } from '../waited.ts';
import { NS } from './namespaces.ts';

/** RFC 6120, section 8.3: an error answer. `condition` is its defined condition. */
export class StanzaError extends Error {
  override name = 'StanzaError';
  readonly condition: string;
  /** cancel, continue, modify, auth or wait. */
  readonly type: string;

  constructor(condition: string, type: string) {
    super(`the server answered ${condition}`);
    this.condition = condition;
    this.type = type;
  }
}

/** No answer in time, or the stream went away before it. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  /** What was asked about, for how many seconds, and what else was asked on the stream and not answered. */
  readonly waitedFor: string | undefined;
  readonly seconds: number | undefined;
  readonly state: Pick<Busy, 'waiting' | 'behind'> | undefined;

  constructor(message: string, waited?: Pick<NoAnswer, 'waitedFor' | 'seconds' | 'state'>) {
    super(message);
    this.waitedFor = waited?.waitedFor;
    this.seconds = waited?.seconds;
    this.state = waited?.state;
  }
}

/** What an IQ is about, by the namespace of its payload: for metrics and logs. */
const ABOUT: Readonly<Record<string, string>> = {
  [NS.ping]: 'barrier',
  [NS.roster]: 'roster',
  [NS.carbons]: 'carbons',
  [NS.mam]: 'archive',
  [NS.invisible]: 'visibility',
  [NS.site]: 'push',
};

interface Pending {
  /** As ABOUT has it; and since when, in monotonic milliseconds. */
  readonly what: string;
  readonly since: number;
  readonly site: CallSite;
  readonly from: ReadonlySet<string | undefined>;
  readonly resolve: (answer: Element) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export interface IqOptions {
  readonly send: (stanza: Element) => void;
  /** Milliseconds for an answer. */
  readonly timeout: number;
  readonly domain: string;
  readonly bareAddress: string;
}

export class Iq {
  readonly #options: IqOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: IqOptions) {
    this.#options = options;
  }

  /**
   * Asks the own server (`to` is the domain) or the own account (no `to`; RFC 6120, section 10.3.3).
   *
   * @throws StanzaError, NoAnswer, StreamError
   */
  request(type: 'get' | 'set', payload: Element, to?: string): Promise<Element> {
    const id = randomUUID();
    const { domain, bareAddress, timeout } = this.#options;
    const what = ABOUT[payload.getNS() ?? ''] ?? 'other';
    const [since, site] = [performance.now(), new CallSite()];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#late(id), timeout);
      // The own account answers as the bare address, the domain, or without `from`.
      const from = new Set(to === undefined ? [undefined, bareAddress, domain] : [to]);
      this.#pending.set(id, { what, since, site, from, resolve, reject, timer });
      try {
        this.#options.send(xml('iq', { type, id, ...(to !== undefined && { to }) }, payload));
      } catch (error) {
        this.#pending.delete(id);
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Questions without an answer yet. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Takes an IQ of type result or error. Returns false when nobody asked for it. */
  take(stanza: Element): boolean {
    const { id, from, type } = stanza.attrs as Record<string, string | undefined>;
    const pending = this.#pending.get(id ?? '');
    if (id === undefined || pending === undefined || !pending.from.has(from)) return false;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    metrics.iqSeconds.observe({ about: pending.what }, (performance.now() - pending.since) / 1000);
    if (type === 'error') pending.reject(stanzaErrorOf(stanza));
    else pending.resolve(stanza);
    return true;
  }

  /** The stream is gone, and with it the answers. */
  failAll(): void {
    for (const { what, reject, timer, site } of this.#pending.values()) {
      clearTimeout(timer);
      metrics.iqsUnanswered.inc({ about: what, reason: 'cut' });
      reject(site.mark(new NoAnswer(`the stream was cut before the answer (${what})`)));
    }
    this.#pending.clear();
  }

  #late(id: string): void {
    const late = this.#pending.get(id);
    if (late === undefined) return;
    const { what, since, site, reject } = late;
    this.#pending.delete(id);
    metrics.iqsUnanswered.inc({ about: what, reason: 'timeout' });
    const state = { waiting: this.#pending.size, behind: aheadOf(this.#pending.values()) };
    const seconds = (performance.now() - since) / 1000;
    const message = `no answer of ejabberd within ${seconds.toFixed(2)} s (${what}); ${state.waiting} more wait`;
    reject(site.mark(new NoAnswer(message, { waitedFor: what, seconds, state })));
  }
}

export function stanzaErrorOf(stanza: Element): StanzaError {
  const error = stanza.getChild('error');
  const condition = error
    ?.getChildElements()
    .find((child) => child.getNS() === NS.stanzaErrors && child.name !== 'text');
  return new StanzaError(condition?.name ?? 'undefined-condition', String(error?.attrs['type'] ?? 'cancel'));
}
