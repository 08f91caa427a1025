/**
 * Who of the pages leads: the one that holds an exclusive Web Lock (W3C Web Locks API).
 *
 *   out --stand--> waiting --granted--> elected --stolen--> deposed (the page stands again)
 *   waiting, elected --stepDown--> out          waiting --steal--> elected
 *
 * The browser gives the lock to the next that waits, in the order in which they came, as soon as the holder gives
 * it back or is gone, in whatever way.
 */

export interface ElectionPorts {
  readonly elected: () => void;
  /** Another page has taken the lock. */
  readonly deposed: () => void;
  /** There are no locks for this page. */
  readonly impossible: () => void;
}

/** Who holds and who waits for the lock, by the browser's names for pages. */
export interface Standings {
  readonly holder: string | undefined;
  readonly waiting: readonly string[];
}

export class Election {
  readonly #locks: LockManager;
  readonly #name: string;
  readonly #ports: ElectionPorts;
  /** Ends the request that waits, or gives the lock back. Undefined while out. */
  #end: (() => void) | undefined;

  constructor(locks: LockManager, name: string, ports: ElectionPorts) {
    this.#locks = locks;
    this.#name = name;
    this.#ports = ports;
  }

  stand(): void {
    if (this.#end !== undefined) return;
    const abort = new AbortController();
    this.#request({ signal: abort.signal }, () => abort.abort());
  }

  /** Takes the lock from whoever holds it. */
  steal(): void {
    this.stepDown();
    this.#request({ steal: true }, () => undefined);
  }

  stepDown(): void {
    const end = this.#end;
    this.#end = undefined;
    end?.();
  }

  /** Undefined when the browser does not say. */
  async look(): Promise<Standings | undefined> {
    try {
      const { held = [], pending = [] } = await this.#locks.query();
      const clientsOf = (locks: LockInfo[]): string[] =>
        locks.filter(({ name }) => name === this.#name).map(({ clientId }) => clientId ?? '');
      return { holder: clientsOf(held)[0], waiting: clientsOf(pending) };
    } catch {
      return undefined;
    }
  }

  #request(options: LockOptions, cancel: () => void): void {
    let release = (): void => undefined;
    let isHeld = false;
    const end = (): void => {
      cancel();
      release();
    };
    const hold = (): Promise<void> => {
      if (this.#end !== end) return Promise.resolve(); // stepped down meanwhile
      isHeld = true;
      const held = new Promise<void>((resolve) => (release = resolve));
      this.#ports.elected();
      return held;
    };
    this.#end = end;
    this.#locks.request(this.#name, options, hold).catch((error: unknown) => {
      if (this.#end !== end) return;
      this.#end = undefined;
      if (isHeld && isAbort(error)) this.#ports.deposed();
      else this.#ports.impossible();
    });
  }
}

/** A lock that is stolen ends its request so. */
function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** The browser's name for this page, by a lock of its own that is free at once. Undefined when it does not say. */
export async function ownClientId(locks: LockManager, unique: string): Promise<string | undefined> {
  try {
    return await locks.request(unique, async () => {
      const { held = [] } = await locks.query();
      return held.find(({ name }) => name === unique)?.clientId;
    });
  } catch {
    return undefined;
  }
}
