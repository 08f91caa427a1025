/**
 * Further tries are a share of the questions: a site that is down gets a tenth more of them, not as many again for
 * each retry that one question may have.
 */

/** Of each question. */
const SHARE = 0.1;
/** What is saved up at the most, and given at the start: a single question on a quiet day may be asked again. */
const MOST = 10;

export class RetryBudget {
  #left = MOST;

  asked(): void {
    this.#left = Math.min(MOST, this.#left + SHARE);
  }

  /** Is there one more try? Then it is spent. */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
