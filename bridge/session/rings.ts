/** Which one tab sounds or notifies for a message: where the person is, or was last. */
import type { EventBody } from '../protocol/events.ts';
import type { Session } from './session.ts';
import type { Tab } from './tab.ts';

/**
 * To be called in the turn in which a message came live, with all events that it made. What is caught up, or one's
 * own, rings nowhere; nor does anything for `dnd`.
 */
export function chooseRings(session: Session, events: readonly EventBody[]): void {
  if (!session.watched || session.chosen.show === 'dnd') return;
  const first = session.log.last - events.length + 1;
  for (const [index, event] of events.entries()) {
    const tab = event.type === 'message' && event.from !== session.user ? nearest(session) : undefined;
    if (tab !== undefined) session.rings.set(first + index, tab.id);
  }
}

function nearest({ tabs }: Session): Tab | undefined {
  let best: Tab | undefined;
  for (const tab of tabs.values()) if (best === undefined || isBetter(tab, best)) best = tab;
  return best;
}

/** One that is there before one that hung up; then by where the person is, or was last. */
function isBetter(a: Tab, b: Tab): boolean {
  if (a.absent !== b.absent) return b.absent;
  if (a.active !== b.active) return a.active;
  return a.activeAt >= b.activeAt;
}

/** The numbers after `seen` for which this tab rings. */
export function ringsOf(session: Session, tab: Tab, seen: number): number[] {
  if (session.rings.size === 0) return [];
  return [...session.rings].filter(([n, id]) => n > seen && id === tab.id).map(([n]) => n);
}

/** Those of events that have left the log leave too. */
export function forgetRings({ rings, log }: Session): void {
  const oldest = log.entries[0]?.n ?? log.last + 1;
  for (const n of rings.keys()) {
    if (n >= oldest) break; // they stand in the order of the events
    rings.delete(n);
  }
}
