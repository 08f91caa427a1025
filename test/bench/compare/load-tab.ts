/** A tab of the load, whatever it speaks. */
import type { Variant } from './options.ts';

export type { Variant } from './options.ts';

export interface LoadTab {
  /** Sends a chat message to another user. @throws Error when it is refused. */
  say(to: string, text: string): Promise<void>;
  close(): void;
}

export interface TabEvents {
  /** Texts that the tab has been given, in the order in which they came. */
  readonly arrived: (texts: readonly string[]) => void;
  /** So many receipts (XEP-0184) have come to the tab. */
  readonly receipts: (count: number) => void;
  /** The tab is lost. */
  readonly lost: (error: Error) => void;
}

/** Where the servers are, and what opens them. */
export interface Address {
  readonly variant: Variant;
  /** Of the bridge, or of mod_bosh. */
  readonly url: string;
  readonly domain: string;
  /** Do BOSH tabs ask for receipts, and send them? Those of the bridge always do. */
  readonly receipts: boolean;
  readonly token: { readonly secret: string; readonly audience: string };
  /** What a bridge signs in with; here BOSH tabs do as well, as a password would cost the servers more. */
  readonly ticket: { readonly secret: string; readonly lifetime: number };
}

export type OpenTab = (address: Address, user: string, events: TabEvents) => Promise<LoadTab>;
