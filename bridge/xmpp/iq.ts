/**
 * IQ requests of one stream. An answer counts only from whom it was asked (@xmpp/iq looks at the id alone),
 * and ids can't be guessed.
 */
import { randomUUID } from 'node:crypto';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
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
}

interface Pending {
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
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(
          new NoAnswer(`no answer to ${payload.name} of ${payload.getNS() ?? ''} within ${timeout / 1000} s`),
        );
      }, timeout);
      // The own account answers as the bare address, the domain, or without `from`.
      const from = new Set(to === undefined ? [undefined, bareAddress, domain] : [to]);
      this.#pending.set(id, { from, resolve, reject, timer });
      try {
        this.#options.send(xml('iq', { type, id, ...(to !== undefined && { to }) }, payload));
      } catch (error) {
        this.#pending.delete(id);
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Takes an IQ of type result or error. Returns false when nobody asked for it. */
  take(stanza: Element): boolean {
    const { id, from, type } = stanza.attrs as Record<string, string | undefined>;
    const pending = this.#pending.get(id ?? '');
    if (id === undefined || pending === undefined || !pending.from.has(from)) return false;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (type === 'error') pending.reject(stanzaErrorOf(stanza));
    else pending.resolve(stanza);
    return true;
  }

  /** The stream is gone, and with it the answers. */
  failAll(): void {
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new NoAnswer('the stream was cut before the answer'));
    }
    this.#pending.clear();
  }
}

export function stanzaErrorOf(stanza: Element): StanzaError {
  const error = stanza.getChild('error');
  const condition = error
    ?.getChildElements()
    .find((child) => child.getNS() === NS.stanzaErrors && child.name !== 'text');
  return new StanzaError(condition?.name ?? 'undefined-condition', String(error?.attrs['type'] ?? 'cancel'));
}
