/** All that a tab needs to draw, and how an event changes it. Browser and tests use the same function. */
import type { Buddy, Event, EventBody, Message, Show } from './events.ts';
import { byId, isNewer } from './order.ts';

export interface Me {
  readonly id: string;
  readonly name: string;
  readonly avatar?: string;
  readonly show: Show;
  readonly status?: string;
}

export interface ConversationView {
  readonly with: string;
  readonly unread: number;
  readonly readUpTo?: string;
  readonly peerReadUpTo?: string;
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Is there nothing older than the first of `messages`? */
  readonly complete: boolean;
}

export interface Snapshot {
  readonly me: Me;
  readonly roster: readonly Buddy[];
  /** Newest conversation first. */
  readonly conversations: readonly ConversationView[];
  readonly ui: Readonly<Record<string, unknown>>;
  readonly uiVersion: number;
  readonly connected: boolean;
}

/** The snapshot after an event. Applied to a snapshot in order, events give the same as a fresh snapshot. */
export function applyEvent(snapshot: Snapshot, event: Event | EventBody): Snapshot {
  switch (event.type) {
    case 'message':
      return { ...snapshot, conversations: withMessage(snapshot.conversations, event) };
    case 'presence':
      return {
        ...snapshot,
        roster: withPresence(snapshot.roster, event),
      };
    case 'roster':
      return { ...snapshot, roster: withBuddy(snapshot.roster, event) };
    case 'unread':
      return { ...snapshot, conversations: changed(snapshot.conversations, event.with, unreadOf(event)) };
    case 'peer-read':
      return {
        ...snapshot,
        conversations: changed(snapshot.conversations, event.with, { peerReadUpTo: event.upTo }),
      };
    case 'ui':
      return { ...snapshot, ui: withSettings(snapshot.ui, event.set), uiVersion: event.version };
    case 'me':
      return { ...snapshot, me: meAs(snapshot.me, event) };
    case 'link':
      return { ...snapshot, connected: event.connected };
    case 'typing':
    case 'receipt':
    case 'bye':
      return snapshot;
  }
}

type Of<T extends EventBody['type']> = Extract<EventBody, { type: T }>;

function withPresence(roster: readonly Buddy[], event: Of<'presence'>): readonly Buddy[] {
  if (!roster.some(({ id }) => id === event.id)) return roster;
  return roster.map((buddy) => (buddy.id === event.id ? seen(buddy, event) : buddy));
}

function seen({ status: _, since: __, ...buddy }: Buddy, { show, status, since }: Of<'presence'>): Buddy {
  return { ...buddy, show, ...(status !== undefined && { status }), ...(since !== undefined && { since }) };
}

function withBuddy(roster: readonly Buddy[], event: Of<'roster'>): Buddy[] {
  const others = roster.filter((buddy) => buddy.id !== event.id);
  if (event.op === 'remove') return others;
  return [...others, buddyOf(event)].sort((a, b) => byId(a.id, b.id));
}

function buddyOf(event: Extract<Of<'roster'>, { op: 'add' | 'update' }>): Buddy {
  const { id, name, avatar, groups, show, status, since } = event;
  return {
    id,
    name,
    ...(avatar !== undefined && { avatar }),
    ...(groups !== undefined && { groups }),
    show,
    ...(status !== undefined && { status }),
    ...(since !== undefined && { since }),
  };
}

function withMessage(conversations: readonly ConversationView[], event: Of<'message'>): ConversationView[] {
  const { id, cid, with: peer, from, body, at } = event;
  const message: Message = { id, ...(cid !== undefined && { cid }), with: peer, from, body, at };
  const known = conversations.find((conversation) => conversation.with === peer);
  // What came before is not known here: asking the archive tells.
  const before = known ?? { with: peer, unread: 0, messages: [], complete: false };
  if (before.messages.some((other) => other.id === id)) return [...conversations];
  const after = { ...before, messages: inserted(before.messages, message) };
  const others = conversations.filter((conversation) => conversation.with !== peer);
  const place = others.findIndex((other) => isNewerThan(after, other));
  return place === -1 ? [...others, after] : insertedAt(others, place, after);
}

function isNewerThan(a: ConversationView, b: ConversationView): boolean {
  const [last, other] = [a.messages.at(-1), b.messages.at(-1)];
  return last !== undefined && (other === undefined || isNewer(last, other));
}

/** In the order of the archive, whatever order they come in: almost always at the end. */
function inserted(messages: readonly Message[], message: Message): Message[] {
  const newer = messages.filter((other) => isNewer(other, message)).length;
  return insertedAt(messages, messages.length - newer, message);
}

function insertedAt<T>(all: readonly T[], place: number, one: T): T[] {
  return [...all.slice(0, place), one, ...all.slice(place)];
}

function changed(
  conversations: readonly ConversationView[],
  peer: string,
  change: Partial<ConversationView>,
): ConversationView[] {
  return conversations.map((conversation) =>
    conversation.with === peer ? { ...conversation, ...change } : conversation,
  );
}

function unreadOf({ unread, readUpTo }: Of<'unread'>): Partial<ConversationView> {
  return { unread, ...(readUpTo !== undefined && { readUpTo }) };
}

function withSettings(ui: Snapshot['ui'], set: Readonly<Record<string, unknown>>): Snapshot['ui'] {
  return Object.fromEntries(Object.entries({ ...ui, ...set }).filter(([, value]) => value !== null));
}

function meAs({ status: _, ...me }: Me, { show, status }: Of<'me'>): Me {
  return { ...me, show, ...(status !== undefined && { status }) };
}
