/** Every metric, in one list. docs/operations.md has the same list; a test compares the two. */
import { collectDefaultMetrics } from 'prom-client';
import { component, signIn } from './metrics/beside-ejabberd.ts';
import { capacity } from './metrics/capacity.ts';
import { databases } from './metrics/databases.ts';
import { handOver } from './metrics/hand-over.ts';
import { members } from './metrics/members.ts';
import { processes } from './metrics/processes.ts';
import { registry } from './metrics/registry.ts';
import { xmpp } from './metrics/xmpp.ts';
import { RELEASE } from './release.ts';

export { refusedAs, watchBounded, type Bounded } from './metrics/capacity.ts';
export { HOW } from './metrics/hand-over.ts';
export { collectOnScrape, fromZero, registry, scrape, scrapeSome } from './metrics/registry.ts';

/** By who serves them. */
export const METRIC_GROUPS = {
  bridge: { ...members, ...xmpp, ...handOver },
  component,
  'external auth': signIn,
  all: { ...databases, ...processes, ...capacity },
};

export const metrics = {
  ...members,
  ...xmpp,
  ...handOver,
  ...component,
  ...signIn,
  ...databases,
  ...processes,
};

/** Which release runs, event-loop delay, memory, open files and the like. Called once, by a process that serves them. */
export function collectProcessMetrics(): void {
  metrics.release.set({ release: RELEASE }, 1);
  collectDefaultMetrics({ register: registry });
}
