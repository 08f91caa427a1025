/** How the user appears: as chosen, away when nobody has been at a tab for long, and as their other clients say. */
import type { EventBody } from '../protocol/events.ts';
import type { Input, OwnPresence } from './ports.ts';
import { resourceOf, takePresence, visible } from './resources.ts';
import type { Session } from './session.ts';

/** What this session shows of the user. */
export function ownPresence({ chosen, idle }: Session): OwnPresence {
  return chosen.show === 'online' && idle ? { ...chosen, show: 'away' } : chosen;
}

/** What friends see, over all clients of the user. To whom this session is invisible, it says that it is. */
function shown(session: Session): OwnPresence {
  const here = ownPresence(session);
  if (here.show === 'invisible') return here;
  const resources = new Map(session.own);
  resources.set('', { ...here, show: here.show, priority: 0, since: '' });
  const { show, status } = visible(resources) ?? here;
  return show === 'offline' ? here : { show, ...(status !== undefined && { status }) };
}

/** The event that makes tabs show what friends see, where they do not yet. */
export function meEvents(session: Session): EventBody[] {
  const { show, status } = shown(session);
  const { me } = session.view;
  if (me.show === show && me.status === status) return [];
  return [{ type: 'me', show, ...(status !== undefined && { status }) }];
}

/** Another client of the user's own. */
export function ownResourceEvents(
  session: Session,
  input: Extract<Input, { type: 'presence' }>,
): EventBody[] {
  takePresence(session.own, input.resource, resourceOf(input));
  return meEvents(session);
}

/** Is anybody at a tab? Takes down since when not. A user without tabs stays as they were, until the session ends. */
export function noteActivity(session: Session, now: number): void {
  const tabs = [...session.tabs.values()];
  if (tabs.some(({ active }) => active)) {
    session.inactiveSince = undefined;
    session.idle = false;
  } else if (tabs.length > 0) session.inactiveSince ??= now;
}

/** Looks whether it has been long. `after` in seconds. Returns whether that has changed. */
export function noteIdle(session: Session, after: number, now: number): boolean {
  const { idle, inactiveSince } = session;
  session.idle = idle || (inactiveSince !== undefined && now - inactiveSince > after * 1000);
  return session.idle !== idle;
}
