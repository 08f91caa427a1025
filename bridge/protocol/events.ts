/** The events of PROTOCOL.md: what a tab must see, numbered in one sequence for all tabs of a user. */

export type Show = 'online' | 'away' | 'dnd' | 'invisible';
/** XEP-0085, as far as it is shown. */
export type ChatState = 'composing' | 'paused' | 'active';
/** How a friend appears: an invisible one is offline to others. */
export type PeerShow = 'online' | 'away' | 'dnd' | 'offline';

export interface Message {
  /** The archive id of the reader's own copy: the same live, in history and after a reload. */
  readonly id: string;
  /** The sender's own id of it, where the sender gave one: receipts and read markers name it (XEP-0184, XEP-0333). */
  readonly cid?: string;
  /** The other person of the conversation. */
  readonly with: string;
  readonly from: string;
  readonly body: string;
  /** ISO 8601 with milliseconds, UTC: the server's time. */
  readonly at: string;
}

export interface Buddy {
  readonly id: string;
  readonly name: string;
  readonly avatar?: string;
  readonly groups?: readonly string[];
  readonly show: PeerShow;
  readonly status?: string;
  /** ISO 8601: since when `show` is so, where known. */
  readonly since?: string;
}

export type EventBody =
  | ({ readonly type: 'message' } & Message)
  | {
      readonly type: 'presence';
      readonly id: string;
      readonly show: PeerShow;
      readonly status?: string;
      readonly since?: string;
    }
  | ({ readonly type: 'roster'; readonly op: 'add' | 'update' } & Buddy)
  | { readonly type: 'roster'; readonly op: 'remove'; readonly id: string }
  | { readonly type: 'typing'; readonly with: string; readonly state: ChatState }
  | {
      readonly type: 'receipt';
      readonly with: string;
      readonly id: string;
      readonly state: 'delivered' | 'refused';
      readonly code?: string;
    }
  | { readonly type: 'unread'; readonly with: string; readonly unread: number; readonly readUpTo?: string }
  | { readonly type: 'peer-read'; readonly with: string; readonly upTo: string }
  | { readonly type: 'ui'; readonly set: Readonly<Record<string, unknown>>; readonly version: number }
  | { readonly type: 'me'; readonly show: Show; readonly status?: string }
  | { readonly type: 'link'; readonly connected: boolean }
  | { readonly type: 'bye'; readonly reason: 'signed-out' | 'kicked' | 'removed' | 'replaced' };

/** An event with its number. A client drops an `n` that it has had. */
export type Event = EventBody & { readonly n: number };
