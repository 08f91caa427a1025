/** Every text of the dock. A language that lacks one does not compile. */
import type { PeerShow, Show } from '../../protocol/events.ts';
import type { Refusal, Status } from '../../client/index.ts';

export interface Words {
  /** The name of the whole. */
  readonly title: string;
  readonly list: ListWords;
  readonly me: OwnWords;
  readonly chat: ChatWords;
  readonly message: MessageWords;
  readonly emoji: EmojiWords;
  readonly page: PageWords;
  /** What friends show, in the middle of a sentence. */
  readonly shows: Readonly<Record<PeerShow, string>>;
  readonly statuses: Readonly<Record<Status, string>>;
}

/** The friends. */
export interface ListWords {
  readonly show: string;
  readonly hide: string;
  readonly noFriends: string;
  readonly search: string;
  readonly noneFound: string;
  /** Friends in none of the person's groups. */
  readonly others: string;
  readonly online: string;
  readonly offline: string;
  /** A heading, and how many stand under it. */
  readonly heading: (name: string, count: number) => string;
  readonly friendsOnline: (count: number) => string;
}

/** The person's own status, and settings. */
export interface OwnWords {
  readonly menu: string;
  readonly shows: Readonly<Record<Show, string>>;
  /** What `invisible` means. */
  readonly invisibleHint: string;
  readonly statusText: string;
  readonly statusPlaceholder: string;
  readonly save: string;
  readonly sound: string;
  readonly notifications: string;
  readonly notificationsBlocked: string;
}

/** One window, and all of them. */
export interface ChatWords {
  readonly conversation: (name: string) => string;
  readonly open: (name: string) => string;
  readonly close: (name: string) => string;
  readonly minimise: (name: string) => string;
  /** The way back from the one window that fills a phone. */
  readonly back: string;
  readonly more: (count: number) => string;
  readonly writeTo: (name: string) => string;
  readonly send: string;
  /** Too many messages wait already. */
  readonly full: string;
  readonly typing: (name: string) => string;
  readonly unread: (count: number) => string;
  readonly loadingOlder: string;
  readonly olderFailed: string;
  readonly beginning: (name: string) => string;
  /** The line above what has come since the person last looked. */
  readonly newLine: string;
  /** The button that leads to new messages below. */
  readonly jump: (count: number) => string;
  readonly toEnd: string;
  readonly noLongerFriends: (name: string) => string;
}

/** One message. */
export interface MessageWords {
  readonly you: string;
  readonly sending: string;
  readonly sent: string;
  readonly delivered: string;
  readonly read: string;
  readonly notSent: string;
  /** Why, and what to do about it. */
  readonly failures: Readonly<Record<Refusal['code'], string>>;
  readonly retry: string;
  readonly remove: string;
}

export type EmojiGroup = (typeof EMOJI_GROUPS)[number];

/** In the order of Unicode's emoji list, `people` being its "People & Body". */
export const EMOJI_GROUPS = [
  'smileys',
  'people',
  'nature',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags',
] as const;

export interface EmojiWords {
  readonly button: string;
  readonly title: string;
  readonly search: string;
  readonly noneFound: string;
  readonly found: (count: number) => string;
  readonly loading: string;
  readonly failed: string;
  readonly recent: string;
  readonly groups: Readonly<Record<EmojiGroup, string>>;
}

/** The page around the dock, and the connection. */
export interface PageWords {
  readonly notificationTitle: (name: string) => string;
  readonly reconnecting: string;
  /** Another page acts as this tab. */
  readonly takenOver: string;
  readonly useHere: string;
}

/** One language. `locale` is the reader's own tag of it, such as `de-AT`: regions differ in how they write numbers. */
export interface Catalogue {
  readonly dir: 'ltr' | 'rtl';
  readonly wordsIn: (locale: string) => Words;
}
