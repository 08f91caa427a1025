/**
 * A follower's eye on the leader. While the person looks at this page, it asks now and then, and at once when they
 * come back to it; a leader that is silent twice counts as hung. A hidden page has no timer.
 */

/** Milliseconds between two questions. */
const EVERY = 10_000;
/** Milliseconds that each of two questions waits for an answer; up to half as much again at random. */
const PATIENCE = 1500;

export interface WatchPorts {
  readonly ask: () => void;
  /** The leader does not answer. */
  readonly silent: () => void;
  readonly random: () => number;
}

export class Watch {
  readonly #ports: WatchPorts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unanswered = 0;
  #isOn = false;

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /** Asks at once, when the page is looked at. */
  start(): void {
    this.end();
    if (!isVisible()) return;
    this.#isOn = true;
    this.#ask();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#isOn = false;
    this.#unanswered = 0;
  }

  /** Anything that the leader says shows that it is well. */
  heard(): void {
    if (!this.#isOn) return;
    this.#unanswered = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), EVERY);
  }

  /** Twice, since this page itself may have stood still while the answer came. */
  #ask(): void {
    if (this.#unanswered === 2) {
      this.end();
      this.#ports.silent();
      return;
    }
    this.#unanswered += 1;
    this.#timer = setTimeout(() => this.#ask(), PATIENCE * (1 + this.#ports.random() / 2));
    this.#ports.ask();
  }
}

export function isVisible(): boolean {
  return typeof document === 'undefined' || document.visibilityState === 'visible';
}
