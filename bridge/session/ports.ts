/** What a session needs from outside, and what comes to it from there. */
import type { Message, PeerShow } from '../protocol/events.ts';
import type { ConversationView, Me } from '../protocol/snapshot.ts';

export interface RosterItem {
  readonly id: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly avatar?: string;
}

/** What the XMPP side tells a session, in the order of the stream. */
export type Input =
  | { readonly type: 'roster'; readonly items: readonly RosterItem[] }
  | { readonly type: 'roster-item'; readonly item: RosterItem }
  | { readonly type: 'roster-removed'; readonly id: string }
  | {
      readonly type: 'presence';
      readonly id: string;
      readonly resource: string;
      readonly show: PeerShow;
      readonly status?: string;
      readonly priority: number;
      readonly since: string;
    }
  /** Nobody's presence is known any more: a new XMPP session has begun. */
  | { readonly type: 'presence-reset' }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'history'; readonly conversations: readonly ConversationView[] }
  | { readonly type: 'link'; readonly connected: boolean }
  /** The server ended the session for good. */
  | { readonly type: 'ended'; readonly reason: 'kicked' | 'removed' | 'signed-out' };

export interface OutgoingMessage {
  readonly to: string;
  readonly body: string;
  readonly cid: string;
  /** ISO 8601: it may have been sent before, but not earlier. Then it is finished, and not sent twice. */
  readonly since?: string;
}

/** What the server made of a message: the sender's archive id of it, and its time (ISO 8601). */
export interface Accepted {
  readonly id: string;
  readonly at: string;
}

/** One user's XMPP session. */
export interface Upstream {
  /** Resolves when the first roster, presence and conversations have been told; rejects with a CallError. */
  readonly ready: Promise<void>;
  /**
   * Resolves when the server has taken the message, after the `message` input of it.
   * Rejects with a CallError: `not-friends`, `unavailable`.
   */
  send(message: OutgoingMessage): Promise<Accepted>;
  close(): Promise<void>;
}

export type OpenUpstream = (user: string, take: (input: Input) => void) => Upstream;

/** What a user sent lately, by the client's own id: survives lost answers and restarts. */
export interface SentMessages {
  /**
   * Remembers that a message is about to be sent.
   *
   * @returns what is known of this cid: nothing (`new`), that it was sent with this answer, that it was begun
   *   and its end is not known (`begun`, with the seconds since), or that it had other content.
   */
  begin(user: string, message: OutgoingMessage): Promise<SentState>;
  accepted(user: string, cid: string, answer: Accepted): Promise<void>;
  /** It was refused, so nothing was done: the cid is free again. */
  refused(user: string, cid: string): Promise<void>;
}

export type SentState =
  | { readonly state: 'new' }
  | { readonly state: 'begun'; readonly age: number }
  | { readonly state: 'accepted'; readonly answer: Accepted }
  | { readonly state: 'conflict' };

/** Who the user is, from the site; undefined when the site has no such account. */
export type WhoIs = (user: string) => Promise<Omit<Me, 'show'> | undefined>;

/** Monotonic milliseconds. */
export type Clock = () => number;

/** Who signed out of the site. */
export interface SignOutsSince {
  /** Has the user signed out at this Unix time, in seconds, or later? */
  since(user: string, seconds: number): Promise<boolean>;
}
