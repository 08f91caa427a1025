/** Who the person is, as the web site says it. Asked at every connect that needs a fresh token. */
import { CallFault } from './faults.ts';

export interface Identity {
  readonly user: string;
  /** A JWT of the site's; minutes old at the most. */
  readonly token: string;
}

/** Undefined when nobody is signed in. A source that throws is asked again later. */
export type TokenSource = () => Promise<Identity | undefined> | Identity | undefined;

/** Milliseconds. */
const TIMEOUT = 15_000;
/** Milliseconds for a source of the page's own. */
const SOURCE_TIMEOUT = 20_000;
/** For one answer: a source that itself says that somebody has signed in would be asked for ever. */
const MOST_ASKED = 3;

/** A source whose answers are never older than the last `renew`: somebody may sign in while one is on its way. */
export class Renewable {
  readonly #source: TokenSource;
  #renewals = 0;

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /** A question that is under way is asked again when it is answered. */
  renew(): void {
    this.#renewals += 1;
  }

  readonly ask: TokenSource = async () => {
    for (let asked = 1; ; asked += 1) {
      const before = this.#renewals;
      const identity = await this.#source();
      if (before === this.#renewals || asked === MOST_ASKED) return identity;
    }
  };
}

/** Asks once. @throws CallFault when there is no answer in time, the signal's reason, or what the source throws */
export async function identify(source: TokenSource, life: AbortSignal): Promise<Identity | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const fault = new CallFault('network', 'the site gave no token in time');
    timer = setTimeout(() => reject(fault), SOURCE_TIMEOUT);
  });
  try {
    const identity = await Promise.race([source(), late]);
    life.throwIfAborted();
    return identity;
  } finally {
    clearTimeout(timer);
  }
}

/** The site's own endpoint: `{"user","token"}`, or 401 when nobody is signed in. */
export function tokenFrom(address: string): TokenSource {
  return async () => {
    const answer = await fetch(address, {
      credentials: 'include',
      cache: 'no-store',
      headers: { accept: 'application/json' },
      signal: endAfter(TIMEOUT),
    });
    if (answer.status === 401 || answer.status === 403) return undefined;
    const identity = answer.ok ? ((await answer.json()) as Partial<Identity>) : {};
    const { user, token } = identity;
    if (typeof user !== 'string' || typeof token !== 'string') {
      throw new CallFault('network', `the site gave no token (status ${answer.status})`);
    }
    return { user, token };
  };
}

/** Browsers of before 2022 have none: then `identify` waits no longer than it does. */
function endAfter(milliseconds: number): AbortSignal | null {
  return 'timeout' in AbortSignal ? AbortSignal.timeout(milliseconds) : null;
}
