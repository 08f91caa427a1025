/** How much the sessions of a process hold, and how much of it the largest one: for whoever watches it. */
import type { Live } from './live.ts';

export interface Load {
  /** With a link that is up. */
  readonly up: number;
  readonly tabs: number;
  readonly events: number;
  /** Questions to ejabberd without an answer. */
  readonly iqs: number;
  /** Of the session that has most of it. */
  readonly most: {
    readonly tabs: number;
    readonly events: number;
    readonly stanzas: number;
    readonly messages: number;
  };
}

/** One pass over all: thousands of sessions take a millisecond. */
export function loadOf(all: readonly Live[]): Load {
  const sum = { up: 0, tabs: 0, events: 0, iqs: 0 };
  const most = { tabs: 0, events: 0, stanzas: 0, messages: 0 };
  for (const { session, upstream } of all) {
    const { stanzas, messages, iqs } = upstream.waiting;
    const [tabs, events] = [session.tabs.size, session.log.entries.length];
    sum.up += session.view.connected ? 1 : 0;
    sum.tabs += tabs;
    sum.events += events;
    sum.iqs += iqs;
    most.tabs = Math.max(most.tabs, tabs);
    most.events = Math.max(most.events, events);
    most.stanzas = Math.max(most.stanzas, stanzas);
    most.messages = Math.max(most.messages, messages);
  }
  return { ...sum, most };
}
