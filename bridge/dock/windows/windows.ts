/**
 * Which chat windows there are. They follow the person over pages, tabs and devices: each is one key of the UI
 * state, `w:USER`, and nothing else. Pure: state in, settings to change out.
 *
 * A conversation with something unread has a minimised window of its own accord; closing one remembers up to
 * which message it was closed, so that the next message brings it back.
 */
import type { ConversationView, Settings } from '../../client/index.ts';

export interface ChatWindow {
  readonly user: string;
  readonly minimised: boolean;
  readonly unread: number;
  /** Its place: the lowest stands next to the buddy list. A time in milliseconds since 1970, unless it was moved. */
  readonly at: number;
}

/** As it stands in the UI state. */
interface Kept {
  readonly at: number;
  readonly min?: boolean;
  /** Closed, and all up to this message with it. */
  readonly shut?: string;
}

type Ui = Readonly<Record<string, unknown>>;

const PREFIX = 'w:';

/** Windows at the most; the oldest is closed when another is opened. */
export const MOST_WINDOWS = 40;

/** In their order. */
export function windowsOf(ui: Ui, conversations: readonly ConversationView[]): ChatWindow[] {
  const kept = new Map(keptIn(ui));
  const asked = [...kept]
    .filter(([, { shut }]) => shut === undefined)
    .map(([user, { at, min }]) => {
      const unread = conversations.find((one) => one.with === user)?.unread ?? 0;
      return { user, at, minimised: min === true, unread };
    });
  const called = conversations
    .filter((one) => one.unread > 0 && isCalledFor(kept.get(one.with), one))
    .map((one) => ({ user: one.with, at: lastAt(one), minimised: true, unread: one.unread }));
  return [...asked, ...called].sort((a, b) => a.at - b.at || (a.user < b.user ? -1 : 1));
}

/** One more window, the furthest from the buddy list. */
export function opened(ui: Ui, user: string, now: number): Settings {
  const kept = keptIn(ui).filter(([other, { shut }]) => other !== user && shut === undefined);
  const surplus = kept
    .sort(([, a], [, b]) => a.at - b.at)
    .slice(0, Math.max(0, kept.length + 1 - MOST_WINDOWS));
  return {
    ...Object.fromEntries(surplus.map(([other]) => [PREFIX + other, null])),
    [PREFIX + user]: { at: now } satisfies Kept,
  };
}

export function minimised({ user, at }: ChatWindow): Settings {
  return { [PREFIX + user]: { at, min: true } satisfies Kept };
}

/** Back to its full size, where it is. */
export function restored({ user, at }: ChatWindow): Settings {
  return { [PREFIX + user]: { at } satisfies Kept };
}

export function closed(
  { user, unread, at }: ChatWindow,
  conversation: ConversationView | undefined,
): Settings {
  const last = conversation?.messages.at(-1)?.id;
  const isForgotten = unread === 0 || last === undefined;
  return { [PREFIX + user]: isForgotten ? null : ({ at, shut: last } satisfies Kept) };
}

/** Changes places with the next one: `by` 1 is away from the buddy list, -1 towards it. */
export function moved(windows: readonly ChatWindow[], user: string, by: 1 | -1): Settings {
  const index = windows.findIndex((one) => one.user === user);
  const [one, other] = [windows[index], windows[index + by]];
  if (one === undefined || other === undefined) return {};
  const [first, second] = one.at === other.at ? [one.at, one.at + by] : [other.at, one.at];
  return {
    ...placed(one, one.at === other.at ? second : first),
    ...placed(other, one.at === other.at ? first : second),
  };
}

function placed({ user, minimised: min }: ChatWindow, at: number): Settings {
  return { [PREFIX + user]: { at, ...(min && { min }) } satisfies Kept };
}

function isCalledFor(kept: Kept | undefined, { messages }: ConversationView): boolean {
  return kept === undefined || (kept.shut !== undefined && messages.at(-1)?.id !== kept.shut);
}

function lastAt({ messages }: ConversationView): number {
  return Date.parse(messages.at(-1)?.at ?? '') || 0;
}

function keptIn(ui: Ui): [string, Kept][] {
  return Object.entries(ui).flatMap(([key, value]): [string, Kept][] =>
    key.startsWith(PREFIX) && isKept(value) ? [[key.slice(PREFIX.length), value]] : [],
  );
}

function isKept(value: unknown): value is Kept {
  const one = value as Partial<Record<keyof Kept, unknown>> | null;
  const { at, shut } = typeof one === 'object' && one !== null ? one : {};
  return Number.isFinite(at) && (shut === undefined || typeof shut === 'string');
}
