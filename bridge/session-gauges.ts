/** What the metrics say of the sessions of a worker, and how near they are to their bounds. */
import type { Config } from './config/schema.ts';
import { collectOnScrape, metrics, watchBounded } from './metrics.ts';
import { loadOf, type Load } from './session/load.ts';
import type { Sending } from './session/sending.ts';
import type { Sessions } from './session/sessions.ts';

export interface Watched {
  readonly sessions: Sessions;
  readonly sending: Sending;
  readonly config: Pick<Config, 'limits' | 'xmpp'>;
}

/** To be called once, before anybody scrapes. */
export function watchSessions({ sessions, sending, config: { limits, xmpp } }: Watched): void {
  let load: Load = loadOf([]);
  collectOnScrape(() => {
    const { all } = sessions;
    load = loadOf(all);
    metrics.sessions.set(all.length);
    metrics.tabs.set(load.tabs);
    metrics.eventsKept.set(load.events);
    metrics.links.set({ state: 'up' }, load.up);
    metrics.links.set({ state: 'down' }, all.length - load.up);
  });
  // Collected in this order: after the line above.
  watchBounded('sessions', () => sessions.all.length + sessions.opening, limits.sessions);
  watchBounded('tabs-of-user', () => load.most.tabs, limits.tabs);
  watchBounded('events-of-session', () => load.most.events, limits.events);
  watchBounded('stanzas-of-user', () => load.most.stanzas, xmpp.outboundQueue);
  watchBounded('messages-of-user', () => load.most.messages, xmpp.outboundQueue);
  watchBounded('iqs', () => load.iqs);
  watchBounded('sends', () => sending.underWay);
}
