/**
 * Every event that stands in traces alone: who writes it, and what it says. docs/operations.md has the same list, and a
 * test compares the two. Beside these a trace has the lines of the log that are about its user.
 */

export interface TraceEventText {
  readonly part: 'bridge' | 'component' | 'all';
  readonly says: string;
}

const bridge = (says: string): TraceEventText => ({ part: 'bridge', says });
const component = (says: string): TraceEventText => ({ part: 'component', says });

export const TRACE_EVENTS = {
  'trace-taken-up': { part: 'all', says: 'this process traces the user from here, `until` then' },
  'trace-ended': {
    part: 'all',
    says: 'this process traces the user no more: the time is over, or the trace was removed',
  },
  'trace-full': { part: 'all', says: 'the file is as large as it may be: nothing comes after this' },

  'http-asked': bridge('a call of a browser: `call`, and its parameters but for token and tab'),
  'http-answered': bridge(
    'its answer: HTTP `status`, `code` of a refusal, `ms`; of a poll the number of `events` and the new `cursor`; `whole` is false when the browser hung up',
  ),
  'stream-written': bridge('events written to a browser that reads by Server-Sent Events'),

  'session-opened': bridge('the session is open, with its roster and conversations'),
  'tab-opened': bridge('a tab is attached; `tabs` are open now'),
  'tab-closed': bridge('a tab has left, or was not heard of for long'),
  'session-event': bridge('an event for all tabs, by its `type`'),
  'session-closed': bridge('the session is ended; its tabs are answered `gone`'),

  'stanza-out': bridge('a stanza to ejabberd, on the user’s XMPP stream'),
  'stanza-in': bridge('a stanza from ejabberd, on the user’s XMPP stream'),

  'roster-asked': component('ejabberd asked for the user’s friends: `outcome`, `friends`, `ms`'),
  'filter-asked': component('ejabberd tells from here what its filter decides about the user'),
  'filter-decided': component('mod_filter_site let a stanza pass or did not: `verdict`, `reason`'),
  'change-done': component('rows of the site’s outbox about the user: ejabberd knows'),
} as const satisfies Readonly<Record<string, TraceEventText>>;

export type TraceEvent = keyof typeof TRACE_EVENTS;
