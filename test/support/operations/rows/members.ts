/** Who is here, what they call, and what is full. */
import { OF, panel, quantiles, rate, sum, type Row } from '../panel.ts';

export const members: Row = {
  title: 'Members',
  panels: [
    panel(
      'Sessions and tabs',
      'How many people are here, and in how many tabs.',
      'short',
      sum('im_sessions', 'sessions'),
      sum('im_tabs', 'tabs'),
    ),
    panel(
      'Held polls and streams',
      'Nearly each tab, or each browser that shares one, has one.',
      'short',
      sum('im_polls_held', 'held'),
      sum('im_streams', 'streams among them'),
    ),
    panel('Calls', 'By name.', 'ops', rate('im_calls_total', 'call')),
    panel(
      'Calls that were refused',
      'By outcome: the error codes of docs/protocol.md.',
      'ops',
      rate('im_calls_total', 'outcome', `${OF}, outcome!="ok"`),
    ),
    panel(
      'How long calls take',
      'Of those answered ok; 99 of 100 are quicker.',
      's',
      ...quantiles('im_call_seconds', 'call').slice(1),
    ),
    panel(
      'How full',
      'Of all that is bounded, the share that is used: at 1 the next one is refused. docs/operations.md has the table.',
      'percentunit',
      [`max by (of) (im_capacity_used{${OF}} / im_capacity_limit{${OF}})`, '{{of}}'],
    ),
    panel(
      'Refused, as it was full',
      'By what was full.',
      'ops',
      rate('im_capacity_refused_total', 'of, reason'),
    ),
    panel(
      'Connections of browsers',
      'Open ones.',
      'short',
      sum('im_capacity_used', 'open', `${OF}, of="connections"`),
    ),
    panel(
      'Connections refused',
      'Closed at once, by reason.',
      'ops',
      rate('im_connections_refused_total', 'reason'),
    ),
  ],
};
