/** Presence of somebody's many resources -> the one state that people see. */
import type { PeerShow } from '../protocol/events.ts';
import type { Input } from './ports.ts';

export interface ResourcePresence {
  readonly show: PeerShow;
  readonly status?: string;
  /** RFC 6121, section 4.7.2.3. */
  readonly priority: number;
  /** ISO 8601. */
  readonly since: string;
}

/** The presence of one friend, by resource. */
export type Resources = Map<string, ResourcePresence>;

/** Resources of one friend that are remembered: more than any person has devices. */
const MAX_RESOURCES = 20;

const ORDER: Readonly<Record<PeerShow, number>> = { online: 3, dnd: 2, away: 1, offline: 0 };

/** What a presence says of its resource; undefined when it says that it went. */
export function resourceOf(input: Extract<Input, { type: 'presence' }>): ResourcePresence | undefined {
  const { show, status, priority, since } = input;
  if (show === 'offline') return undefined;
  return { show, priority, since, ...(status !== undefined && { status }) };
}

/** Takes in the presence of one resource; `undefined` says that it went. */
export function takePresence(
  resources: Resources,
  resource: string,
  presence: ResourcePresence | undefined,
): void {
  resources.delete(resource);
  if (presence !== undefined) resources.set(resource, presence);
  const [oldest] = resources.keys();
  if (resources.size > MAX_RESOURCES && oldest !== undefined) resources.delete(oldest);
}

/** The most available resource decides; of two alike, the higher priority, then the newer. */
export function visible(resources: Resources | undefined): ResourcePresence | undefined {
  let best: ResourcePresence | undefined;
  for (const presence of resources?.values() ?? []) {
    if (best === undefined || rank(presence, best) >= 0) best = presence;
  }
  return best;
}

function rank(a: ResourcePresence, b: ResourcePresence): number {
  return ORDER[a.show] - ORDER[b.show] || a.priority - b.priority;
}
