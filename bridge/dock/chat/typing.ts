/** What friends are told of the person's writing (XEP-0085). */
import type { Client } from '../../client/index.ts';

/** Milliseconds without a key until a writer counts as pausing. */
const PAUSES_AFTER = 5000;

export class Writing {
  readonly #client: Client;
  readonly #peer: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, peer: string) {
    this.#client = client;
    this.#peer = peer;
  }

  /** The text has changed. */
  wrote(text: string): void {
    clearTimeout(this.#timer);
    const { deeds } = this.#client;
    deeds.typing(this.#peer, text === '' ? 'active' : 'composing');
    if (text !== '') this.#timer = setTimeout(() => deeds.typing(this.#peer, 'paused'), PAUSES_AFTER);
  }

  /** The message was sent (which says it by itself), or the window goes. */
  end(): void {
    clearTimeout(this.#timer);
    this.#client.deeds.typing(this.#peer, 'active');
  }
}
