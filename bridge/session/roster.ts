/** What the XMPP side says of friends -> events. */
import type { Buddy, EventBody } from '../protocol/events.ts';
import { byId } from '../protocol/order.ts';
import type { Input, RosterItem } from './ports.ts';
import { resourceOf, takePresence, visible } from './resources.ts';
import type { Session } from './session.ts';

export function known(session: Session, id: string): Buddy | undefined {
  return session.view.roster.find((buddy) => buddy.id === id);
}

/** The whole roster: those who are not on it any more leave. */
export function rosterEvents(session: Session, items: readonly RosterItem[]): EventBody[] {
  const kept = items.slice(0, session.limits.friends);
  if (!session.watched) {
    // The first roster, of perhaps thousands: set at once instead of sorted in one by one.
    const roster = kept.map((item) => buddyOf(session, item)).sort((a, b) => byId(a.id, b.id));
    session.view = { ...session.view, roster };
    return [];
  }
  const listed = new Set(items.map((item) => item.id));
  const gone = session.view.roster.filter((buddy) => !listed.has(buddy.id));
  return [
    ...gone.flatMap(({ id }) => removedEvents(session, id)),
    ...kept.flatMap((item) => itemEvents(session, item)),
  ];
}

export function itemEvents(session: Session, item: RosterItem): EventBody[] {
  const before = known(session, item.id);
  const buddy = buddyOf(session, item);
  if (before === undefined && session.view.roster.length >= session.limits.friends) return [];
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(buddy)) return [];
  return [{ type: 'roster', op: before === undefined ? 'add' : 'update', ...buddy }];
}

export function removedEvents(session: Session, id: string): EventBody[] {
  return known(session, id) === undefined ? [] : [{ type: 'roster', op: 'remove', id }];
}

export function presenceEvents(session: Session, input: Extract<Input, { type: 'presence' }>): EventBody[] {
  const { id, since } = input;
  if (!session.resources.has(id) && session.resources.size >= session.limits.friends) return [];
  const resources = session.resources.get(id) ?? new Map<string, never>();
  takePresence(resources, input.resource, resourceOf(input));
  if (resources.size > 0) session.resources.set(id, resources);
  else session.resources.delete(id);
  return shownEvents(session, id, since);
}

/** Nobody's presence is known any more. */
export function resetEvents(session: Session): EventBody[] {
  session.resources.clear();
  return session.view.roster.flatMap((buddy) => shownEvents(session, buddy.id));
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
