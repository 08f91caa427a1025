/** A tab of the load, whatever it speaks. */
export interface LoadTab {
  /** Sends a chat message to another user. @throws Error when it is refused. */
  say(to: string, text: string): Promise<void>;
  close(): void;
}

export interface TabEvents {
  /** Texts that the tab has been given, in the order in which they came. */
  readonly arrived: (texts: readonly string[]) => void;
  /** The tab is lost. */
  readonly lost: (error: Error) => void;
}

/** Where the servers are, and what opens them. */
export interface Address {
  readonly variant: 'bridge' | 'bosh';
  /** Of the bridge, or of mod_bosh. */
  readonly url: string;
  readonly domain: string;
  readonly token: { readonly secret: string; readonly audience: string };
  /** What a bridge signs in with; here BOSH tabs do as well, as a password would cost the servers more. */
  readonly ticket: { readonly secret: string; readonly lifetime: number };
}

export type OpenTab = (address: Address, user: string, events: TabEvents) => Promise<LoadTab>;
