/** What a session needs from outside, and what comes to it from there. */
import type { ChatState, Message, PeerShow, Show } from '../protocol/events.ts';
import type { Me } from '../protocol/snapshot.ts';

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
  /** Of a friend's resource, or of another resource of the user's own: a native client, another worker. */
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
  | ({ readonly type: 'history' } & CaughtUp)
  /** XEP-0085, of a friend. */
  | { readonly type: 'typing'; readonly with: string; readonly state: ChatState }
  /** XEP-0184: a message of the user's own, by its `cid`, is on a device of the peer's. */
  | { readonly type: 'delivered'; readonly with: string; readonly cid: string }
  /** A message of the user's own that had been taken came back after all (RFC 6120, section 8.3). */
  | {
      readonly type: 'bounced';
      readonly with: string;
      readonly cid: string;
      readonly code: 'not-friends' | 'unavailable';
    }
  /** XEP-0333: the peer, or another device of the user's own (`self`), has read up to this message, by its `cid`. */
  | { readonly type: 'displayed'; readonly with: string; readonly by: 'peer' | 'self'; readonly cid: string }
  /** Another worker has written the user's state. */
  | { readonly type: 'state-changed' }
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

/** Messages of one conversation, as the archive has them. */
export interface Page {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Is there nothing older than these? */
  readonly complete: boolean;
}

/** What the archive had that the session did not know. */
export interface CaughtUp {
  readonly conversations: readonly (Page & { readonly with: string })[];
  /** There was more than a session catches up: messages between what it knew and these are missing. */
  readonly gap: boolean;
}

/** What an XMPP session needs to know of the user's session each time that it is set up. */
export interface Known {
  /** The newest message that is known; undefined when none is: then a newest page is all that is fetched. */
  readonly newest: Pick<Message, 'id' | 'at'> | undefined;
  /** The conversations, the newest first: where there is a gap, the latest messages of all of them are wanted. */
  readonly conversations: readonly string[];
  /** Those of which the latest messages are wanted in any case. */
  readonly wanted: readonly string[];
  readonly presence: OwnPresence;
}

/** How the user is to appear. `invisible` to others is `offline`. */
export interface OwnPresence {
  readonly show: Show;
  readonly status?: string;
}

export interface HistoryQuery {
  readonly with: string;
  /** Only what is older than this message id. */
  readonly before?: string;
  readonly limit: number;
}

export interface SearchQuery {
  readonly text: string;
  readonly with?: string;
  readonly limit: number;
}

/** What waits for ejabberd in one user's XMPP session. */
export interface UpstreamWaiting {
  /** Sent, and not acknowledged (XEP-0198). */
  readonly stanzas: number;
  /** Messages of which nobody knows yet whether they are through. */
  readonly messages: number;
  /** Questions without an answer. */
  readonly iqs: number;
}

/** How one user's XMPP session stands, for an operator. */
export interface UpstreamStanding {
  readonly up: boolean;
  /** Of the address that it has, or had last; empty before it was bound. */
  readonly resource: string;
  /** Stanzas sent and not acknowledged (XEP-0198), and how many there may be. */
  readonly unacknowledged: number;
  readonly mostUnacknowledged: number;
}

/** One user's XMPP session. What can't be sent while the link is down is dropped, where nothing is said of it. */
export interface Upstream {
  /** Resolves when the first roster, presence and conversations have been told; rejects with a CallError. */
  readonly ready: Promise<void>;
  readonly waiting: UpstreamWaiting;
  /**
   * Resolves when the server has taken the message, after the `message` input of it.
   * Rejects with a CallError: `not-friends`, `unavailable`.
   */
  send(message: OutgoingMessage): Promise<Accepted>;
  /** XEP-0085. */
  typing(to: string, state: ChatState): void;
  /** XEP-0333: tells the peer, and the user's other devices by a carbon, what was read up to: the `cid` of the peer's message. */
  displayed(to: string, cid: string): void;
  /** Shows the user so. After the next bind, `Known` says it. */
  presence(presence: OwnPresence): void;
  /** Tells the user's other workers that the user's state has been written. */
  stateChanged(): void;
  /** A page of the archive (XEP-0313). Rejects with a CallError: `unavailable`. */
  history(query: HistoryQuery): Promise<Page>;
  /** Messages of the archive with all words of the text, the newest ones, oldest first. Rejects with a CallError: `unavailable`. */
  search(query: SearchQuery): Promise<readonly Message[]>;
  readonly standing: UpstreamStanding;
  close(): Promise<void>;
  /** What a successor needs, should this process be killed now. */
  readonly record: LinkRecord;
  /**
   * Ends it here, and not at the server: nothing is heard or sent any more, and what waited for an answer is told that
   * there is none. Resolves to all that a successor needs.
   */
  freeze(): Promise<LinkRecord>;
}

/** An XMPP session as JSON. What is in it is the business of the XMPP side. */
export type LinkRecord = Readonly<Record<string, unknown>>;

/** The XMPP session of a user, and what it is told and asks. */
export interface Downstream {
  take(input: Input): void;
  /**
   * This has changed in the record of the link, and has to be kept before anything else is done: it is the new value of
   * these keys. With `stream` goes all that has been taken: the server is told that it need not keep it any more.
   */
  keep(change: LinkRecord): void;
  /**
   * Looks what the user's other workers have written while this one could not be told: `known` says it then. Asked
   * before a new XMPP session shows the user. Rejects with a CallError, `unavailable`: nobody knows how to show them.
   */
  refresh(): Promise<void>;
  known(): Known;
  /** Does anybody use it, or wait for it? Asked when its turn to log in has come, which may be minutes later. */
  isWanted(): boolean;
}

/**
 * @param before of another worker, whose session this one goes on with; `ready` then resolves when that has been tried.
 * @throws Error when `before` can't be read
 */
export type OpenUpstream = (user: string, session: Downstream, before?: LinkRecord) => Upstream;

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

/** What happens in a session, for who looks into one of them. */
export type Happening = 'session-opened' | 'session-closed' | 'session-event' | 'tab-opened' | 'tab-closed';

/** Told without secrets and without texts of people. */
export type TellTrace = (event: Happening, fields: Readonly<Record<string, unknown>>) => void;

/** Undefined for a user into whose session nobody looks. */
export type TraceOf = (user: string) => TellTrace | undefined;
