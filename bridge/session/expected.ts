/** Sessions that are on their way here from another worker: who calls for one of them waits until it is there. */
import { inTime } from './in-time.ts';

/** Milliseconds that a call waits; a session moves in a fraction of a second when it is asked for. */
const PATIENCE = 15_000;

interface Coming {
  readonly here: Promise<void>;
  readonly settle: () => void;
  /** Has somebody called for it? */
  isWanted: boolean;
}

export class Expected {
  readonly #coming = new Map<string, Coming>();
  /** Somebody calls for this one, the first to do so: it may come before others. */
  onWanted: (user: string) => void = () => undefined;

  get size(): number {
    return this.#coming.size;
  }

  has(user: string): boolean {
    return this.#coming.has(user);
  }

  expect(users: Iterable<string>): void {
    for (const user of users) if (!this.#coming.has(user)) this.#coming.set(user, coming());
  }

  /** It is there, or nobody brings it any more. */
  settle(user: string): void {
    this.#coming.get(user)?.settle();
    this.#coming.delete(user);
  }

  /** Whoever has not come by now comes no more. */
  settleAll(): void {
    for (const user of [...this.#coming.keys()]) this.settle(user);
  }

  /** Undefined when there is nothing to wait for. Rejects with a CallError, `unavailable`, when it takes too long. */
  arrival(user: string): Promise<void> | undefined {
    const found = this.#coming.get(user);
    if (found === undefined) return undefined;
    if (!found.isWanted) this.onWanted(user);
    found.isWanted = true;
    return inTime(found.here, PATIENCE, 'this session is on its way between two workers');
  }
}

function coming(): Coming {
  let settle = (): void => undefined;
  const here = new Promise<void>((resolve) => (settle = resolve));
  return { here, settle, isWanted: false };
}
