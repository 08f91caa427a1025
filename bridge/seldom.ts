/** Says when something may be told again: an outage must not fill the disk as well. */

/** Milliseconds between two lines of the log. */
const EVERY = 1000;

export class Seldom {
  #last = -Infinity;
  #untold = 0;

  /** How often it was not told since the last time; undefined when it is not to be told now. */
  due(now = performance.now()): number | undefined {
    if (now - this.#last < EVERY) {
      this.#untold += 1;
      return undefined;
    }
    const untold = this.#untold;
    this.#last = now;
    this.#untold = 0;
    return untold;
  }
}
