/** How a client is made, and what it brings along unless it is told otherwise. */
import { jsonTransport } from './json.ts';
import { jsonpTransport, type CallbackHome } from './jsonp.ts';
import type { KeptIn } from './outgoing-memory.ts';
import type { Identity, TokenSource } from './token-source.ts';
import type { Transport } from './transport.ts';

export interface ClientOptions {
  /** The bridge's address, without `/v1`. */
  readonly url: string;
  /** Asked whenever a fresh token is needed; undefined from it means that nobody is signed in. */
  readonly token: TokenSource | Identity;
  readonly transport?: 'json' | 'jsonp';
  /** Keeps own messages that are on their way over a page load; a page's `sessionStorage`. */
  readonly storage?: KeptIn;
  /** The page whose coming and going the tab follows. Its `window` unless told otherwise; `null` for none. */
  readonly page?: EventTarget | null;
  /** May pages of one browser share one connection? So they do unless told otherwise, where the browser can (sharing/). */
  readonly sharing?: boolean;
  /** Where JSONP answers arrive. */
  readonly callbacks?: CallbackHome;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The options with everything in place. */
export interface Parts {
  readonly url: string;
  readonly token: TokenSource;
  readonly transport: Transport;
  readonly storage: KeptIn | undefined;
  readonly page: EventTarget | undefined;
  readonly sharing: boolean;
  readonly random: () => number;
  readonly now: () => number;
}

export function partsOf(options: ClientOptions): Parts {
  const { url, token, callbacks } = options;
  const jsonp = options.transport === 'jsonp';
  return {
    url,
    token: typeof token === 'function' ? token : () => token,
    transport: jsonp ? jsonpTransport(url, callbacks) : jsonTransport(url),
    storage: options.storage,
    page: options.page === undefined ? ownPage() : (options.page ?? undefined),
    sharing: options.sharing ?? true,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
  };
}

function ownPage(): EventTarget | undefined {
  return typeof window === 'undefined' ? undefined : window;
}

/** 128 random bits. Works in pages without TLS too, where `crypto.randomUUID` is missing. */
export function newCid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
