/** Waits that can be cut short: the network came back, the tab is looked at again. */
export class Pauses {
  readonly #waiting = new Set<() => void>();

  /** Resolves after `ms`, when the signal ends it, or at a wake, unless the bridge has named the time. */
  wait(ms: number, signal: AbortSignal, { mayEndEarly = true } = {}): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      if (mayEndEarly) this.#waiting.add(end);
    });
  }

  wake(): void {
    for (const end of [...this.#waiting]) end();
  }
}
