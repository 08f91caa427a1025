/** The supervisors of all places, as one: a deploy goes through them one after the other, an end ends all. */
import type { Outcome } from './control.ts';
import type { Supervisor } from './supervisor.ts';

export class Fleet {
  readonly #places: Supervisor[] = [];
  readonly #onEnd: (code: number) => void;
  #ended = 0;
  #code = 0;
  #isDeploying = false;

  /** @param onEnd called once, when all have ended */
  constructor(onEnd: (code: number) => void) {
    this.#onEnd = onEnd;
  }

  add(supervisor: Supervisor): void {
    this.#places.push(supervisor);
  }

  start(): void {
    for (const place of this.#places) place.start();
  }

  /** Ends at the first that fails, so that code that can't run replaces nothing. */
  async deploy(): Promise<Outcome> {
    if (this.#isDeploying) return { ok: false, text: 'another deploy is under way' };
    this.#isDeploying = true;
    try {
      return await this.#deployAll();
    } finally {
      this.#isDeploying = false;
    }
  }

  stop(): void {
    for (const place of this.#places) place.stop();
  }

  /** A place has ended; one that could not even start takes the others with it. */
  ended(code: number): void {
    this.#ended += 1;
    this.#code = Math.max(this.#code, code);
    if (this.#ended === 1 && code !== 0) this.stop();
    if (this.#ended >= this.#places.length) this.#onEnd(this.#code);
  }

  async #deployAll(): Promise<Outcome> {
    const said: string[] = [];
    for (const [index, place] of this.#places.entries()) {
      const { ok, text } = await place.deploy();
      said.push(this.#places.length === 1 ? text : `place ${index + 1} of ${this.#places.length}: ${text}`);
      if (!ok) return { ok, text: said.join('\n') };
    }
    return { ok: true, text: said.join('\n') };
  }
}
