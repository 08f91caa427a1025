/**
 * How the user appears to friends, and getting there, whatever is wanted meanwhile.
 *
 * Who is invisible (XEP-0186, by mod_invisible_site) has presence all the same, for the own devices: so messages
 * and friends' presence come as usual. What is shown goes through the server's answer, as nothing must be seen of
 * a user when it refuses.
 */
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import type { OwnPresence } from '../session/ports.ts';
import type { Iq } from './iq.ts';
import { NS } from './namespaces.ts';
import { presenceStanza } from './outgoing.ts';

export interface OwnPresenceOptions {
  readonly iq: Iq;
  readonly send: (stanza: Element) => void;
  /** It did not work: only a new set-up can say how the user appears now. */
  readonly failed: (error: unknown) => void;
  /** Something else is shown, or it is not known what. */
  readonly changed: () => void;
}

/** `nothing`: a new session, without presence; `unknown`: something went wrong on the way. */
export type Shown = OwnPresence | 'nothing' | 'unknown';

export interface PresenceRecord {
  readonly wanted?: OwnPresence;
  readonly shown: Shown;
}

export class OwnPresenceKeeper {
  readonly #options: OwnPresenceOptions;
  #wanted: OwnPresence | undefined;
  #shown: Shown = 'nothing';
  #changing: Promise<void> | undefined;
  /** Counts set-ups: what fails with the stream of an earlier one is of no concern. */
  #setUps = 0;

  /** @param before of the worker that had the session */
  constructor(options: OwnPresenceOptions, before?: PresenceRecord) {
    this.#options = options;
    this.#wanted = before?.wanted;
    this.#shown = before?.shown ?? 'nothing';
  }

  get record(): PresenceRecord {
    return { shown: this.#shown, ...(this.#wanted !== undefined && { wanted: this.#wanted }) };
  }

  /** May anybody be shown that the user is here? Not before it is known what the user wants. */
  get mayShow(): boolean {
    return this.#wanted !== undefined && this.#wanted.show !== 'invisible';
  }

  /** A set-up has begun: what was under way will fail, or has. `begin` follows. */
  forget(): void {
    this.#setUps += 1;
    this.#shown = 'nothing';
  }

  /**
   * `bound`: the session is new, and nothing has been sent on it.
   *
   * @throws StanzaError, NoAnswer, StreamError
   */
  async begin(presence: OwnPresence, bound: boolean): Promise<void> {
    await this.#changing?.catch(() => undefined); // it has failed, with the stream that it was on
    this.#wanted = presence;
    this.#shown = bound ? 'nothing' : 'unknown';
    await this.#change();
  }

  /** Nobody waits for it. On a stream that is down, `up` is false: it is done by `resumed` or `begin`. */
  want(presence: OwnPresence, up: boolean): void {
    this.#wanted = presence;
    if (!up || this.#shown === 'nothing' || this.#changing !== undefined) return;
    const setUp = this.#setUps;
    this.#change().catch((error: unknown) => {
      if (setUp === this.#setUps) this.#options.failed(error);
    });
  }

  /** The stream is there again, and the server still shows what it showed before. */
  resumed(presence: OwnPresence): void {
    this.want(presence, true);
  }

  #change(): Promise<void> {
    this.#changing ??= this.#reach().finally(() => {
      this.#changing = undefined;
    });
    return this.#changing;
  }

  async #reach(): Promise<void> {
    while (this.#wanted !== undefined && !same(this.#shown, this.#wanted)) {
      const [before, wanted] = [this.#shown, this.#wanted];
      this.#show('unknown');
      await this.#go(before, wanted);
      this.#show(wanted);
    }
  }

  #show(shown: Shown): void {
    this.#shown = shown;
    this.#options.changed();
  }

  async #go(before: Shown, wanted: OwnPresence): Promise<void> {
    const hide = wanted.show === 'invisible' && !isInvisible(before);
    const appear = wanted.show !== 'invisible' && (isInvisible(before) || before === 'unknown');
    if (hide) await this.#ask('invisible');
    this.#options.send(presenceStanza(wanted));
    if (appear) await this.#ask('visible');
  }

  async #ask(command: 'invisible' | 'visible'): Promise<void> {
    await this.#options.iq.request('set', xml(command, { xmlns: NS.invisible }));
  }
}

function isInvisible(shown: Shown): boolean {
  return typeof shown === 'object' && shown.show === 'invisible';
}

function same(shown: Shown, wanted: OwnPresence): boolean {
  return typeof shown === 'object' && shown.show === wanted.show && shown.status === wanted.status;
}
