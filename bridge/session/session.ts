/**
 * A session: all that the bridge holds for one user, shared by the user's tabs. Plain data; what may happen
 * to it are the functions below, and none of them waits in the middle of a change.
 *
 * Its state IS a snapshot, and changes by `applyEvent` alone, the function that tabs use: so a snapshot with
 * the later events applied to it equals a fresh snapshot, by construction.
 */
import type { Buddy, EventBody, Message } from '../protocol/events.ts';
import { applyEvent, byId, type ConversationView, type Me, type Snapshot } from '../protocol/snapshot.ts';
import { append, createEventLog, cursorOf, type EventLog } from './event-log.ts';
import type { Input, RosterItem } from './ports.ts';
import type { Bucket } from './rate.ts';
import { takePresence, visible, type Resources } from './roster.ts';
import type { Tab } from './tab.ts';

/** Messages of each conversation in a snapshot. */
const SNAPSHOT_MESSAGES = 20;

export interface SessionLimits {
  readonly events: number;
  readonly conversations: number;
  readonly messages: number;
  readonly friends: number;
}

export interface Session {
  readonly user: string;
  readonly limits: SessionLimits;
  view: Snapshot;
  readonly log: EventLog;
  readonly tabs: Map<string, Tab>;
  /** The presence of friends, by friend and resource: also of those whose roster entry is still to come. */
  readonly resources: Map<string, Resources>;
  readonly sends: Bucket;
  /** Until a tab has had a snapshot, nobody needs the events that led to it. */
  watched: boolean;
  /** Monotonic milliseconds since when it has had no tab; undefined while it has one. */
  emptySince: number | undefined;
}

export interface SessionStart {
  readonly user: string;
  readonly epoch: string;
  readonly me: Omit<Me, 'show'>;
  readonly limits: SessionLimits;
  readonly sends: Bucket;
  readonly now: number;
}

export function createSession({ user, epoch, me, limits, sends, now }: SessionStart): Session {
  const view: Snapshot = {
    me: { ...me, show: 'online' },
    roster: [],
    conversations: [],
    ui: {},
    uiVersion: 0,
    connected: false,
  };
  return {
    user,
    limits,
    view,
    log: createEventLog(epoch, limits.events),
    tabs: new Map(),
    resources: new Map(),
    sends,
    watched: false,
    emptySince: now,
  };
}

/** What a fresh tab is given, and the cursor that goes with it. */
export function snapshotOf(session: Session): { snapshot: Snapshot; cursor: string } {
  const conversations = session.view.conversations.map((conversation) =>
    newestOf(conversation, SNAPSHOT_MESSAGES),
  );
  return { snapshot: { ...session.view, conversations }, cursor: cursorOf(session.log) };
}

/** Makes an event happen: the state changes, and every tab will see it. */
export function tell(session: Session, event: EventBody, now: number): void {
  session.view = trimmed(applyEvent(session.view, event), session.limits);
  if (session.watched) append(session.log, event, now);
}

/** Takes in what the XMPP side says. Returns the events that it made. */
export function take(session: Session, input: Input, now: number): EventBody[] {
  const events = eventsOf(session, input);
  for (const event of events) tell(session, event, now);
  return events;
}

function eventsOf(session: Session, input: Input): EventBody[] {
  switch (input.type) {
    case 'roster':
      return rosterEvents(session, input.items);
    case 'roster-item':
      return itemEvents(session, input.item);
    case 'roster-removed':
      return known(session, input.id) === undefined ? [] : [{ type: 'roster', op: 'remove', id: input.id }];
    case 'presence':
      return presenceEvents(session, input);
    case 'presence-reset':
      return resetEvents(session);
    case 'message':
      return hasMessage(session, input.message.with, input.message.id)
        ? []
        : [{ type: 'message', ...input.message }];
    case 'history':
      return historyEvents(session, input.conversations);
    case 'link':
      return session.view.connected === input.connected ? [] : [{ type: 'link', connected: input.connected }];
    case 'ended':
      return [{ type: 'bye', reason: input.reason }];
  }
}

function known(session: Session, id: string): Buddy | undefined {
  return session.view.roster.find((buddy) => buddy.id === id);
}

function rosterEvents(session: Session, items: readonly RosterItem[]): EventBody[] {
  const listed = new Set(items.map((item) => item.id));
  const gone = session.view.roster.filter((buddy) => !listed.has(buddy.id));
  const removed: EventBody[] = gone.map(({ id }) => ({ type: 'roster', op: 'remove', id }));
  const kept = items.slice(0, session.limits.friends);
  if (!session.watched) {
    // The first roster, of perhaps thousands: set at once instead of sorted in one by one.
    session.view = {
      ...session.view,
      roster: kept.map((item) => buddyOf(session, item)).sort((a, b) => byId(a.id, b.id)),
    };
    return [];
  }
  return [...removed, ...kept.flatMap((item) => itemEvents(session, item))];
}

function itemEvents(session: Session, item: RosterItem): EventBody[] {
  const before = known(session, item.id);
  const buddy = buddyOf(session, item);
  if (before === undefined && session.view.roster.length >= session.limits.friends) return [];
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(buddy)) return [];
  return [{ type: 'roster', op: before === undefined ? 'add' : 'update', ...buddy }];
}

function buddyOf(session: Session, { id, name, avatar, groups }: RosterItem): Buddy {
  const presence = visible(session.resources.get(id));
  return {
    id,
    name,
    ...(avatar !== undefined && { avatar }),
    ...(groups.length > 0 && { groups }),
    show: presence?.show ?? 'offline',
    ...(presence?.status !== undefined && { status: presence.status }),
    ...(presence !== undefined && { since: presence.since }),
  };
}

function presenceEvents(session: Session, input: Extract<Input, { type: 'presence' }>): EventBody[] {
  const { id, resource, show, status, priority, since } = input;
  if (!session.resources.has(id) && session.resources.size >= session.limits.friends) return [];
  const resources = session.resources.get(id) ?? new Map<string, never>();
  takePresence(
    resources,
    resource,
    show === 'offline' ? undefined : { show, priority, since, ...(status !== undefined && { status }) },
  );
  if (resources.size > 0) session.resources.set(id, resources);
  else session.resources.delete(id);
  return shownEvents(session, id, since);
}

/** The event that makes the roster show what the resources of a friend say, where it does not yet. */
function shownEvents(session: Session, id: string, changedAt?: string): EventBody[] {
  const before = known(session, id);
  const now = visible(session.resources.get(id));
  const show = now?.show ?? 'offline';
  if (before === undefined || (before.show === show && before.status === now?.status)) return [];
  const since = now?.since ?? changedAt;
  return [
    {
      type: 'presence',
      id,
      show,
      ...(now?.status !== undefined && { status: now.status }),
      ...(since !== undefined && { since }),
    },
  ];
}

function resetEvents(session: Session): EventBody[] {
  session.resources.clear();
  return session.view.roster.flatMap((buddy) => shownEvents(session, buddy.id));
}

function hasMessage(session: Session, peer: string, id: string): boolean {
  const conversation = session.view.conversations.find((other) => other.with === peer);
  return conversation?.messages.some((message) => message.id === id) ?? false;
}

function historyEvents(session: Session, conversations: readonly ConversationView[]): EventBody[] {
  if (!session.watched) {
    // What came live meanwhile is kept, in its place.
    const live = session.view.conversations.flatMap(({ messages }) => messages);
    const view: Snapshot = { ...session.view, conversations };
    const merged = live.reduce(
      (before, message) => applyEvent(before, { type: 'message', ...message }),
      view,
    );
    session.view = trimmed(merged, session.limits);
    return [];
  }
  const missed = conversations.flatMap(({ messages }) => messages);
  const fresh = missed.filter(
    (message) => !hasMessage(session, message.with, message.id) && !isTrimmed(session, message),
  );
  return fresh.sort((a, b) => byId(a.at, b.at)).map((message) => ({ type: 'message', ...message }));
}

/** Is it older than what is kept of a conversation? Then it is known, and was let go. */
function isTrimmed(session: Session, { with: peer, at }: Message): boolean {
  const conversation = session.view.conversations.find((other) => other.with === peer);
  const [oldest] = conversation?.messages ?? [];
  return conversation?.complete === false && oldest !== undefined && at < oldest.at;
}

function trimmed(view: Snapshot, limits: SessionLimits): Snapshot {
  const long = view.conversations.some((conversation) => conversation.messages.length > limits.messages);
  if (!long && view.conversations.length <= limits.conversations) return view;
  const kept = view.conversations.slice(0, limits.conversations);
  return { ...view, conversations: kept.map((conversation) => newestOf(conversation, limits.messages)) };
}

function newestOf(conversation: ConversationView, count: number): ConversationView {
  if (conversation.messages.length <= count) return conversation;
  return { ...conversation, messages: conversation.messages.slice(-count), complete: false };
}
