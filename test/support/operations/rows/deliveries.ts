/** What reaches tabs, and when. */
import { OF, panel, quantiles, rate, sum, type Row } from '../panel.ts';

export const deliveries: Row = {
  title: 'Deliveries and latency',
  panels: [
    panel('Events', 'Written to event logs, by type.', 'ops', rate('im_events_total', 'type')),
    panel('Deliveries', 'Each event once for each tab, by way.', 'ops', rate('im_deliveries_total', 'way')),
    panel(
      'Delivery latency',
      'From the stanza to the answer with it, for tabs that were waiting. Own messages wait 30 ms on purpose.',
      's',
      ...quantiles('im_delivery_seconds', 'way'),
    ),
    panel(
      'Sending',
      'From a send call until ejabberd has archived it.',
      's',
      ...quantiles('im_send_seconds'),
    ),
    panel(
      'What polls are answered with',
      'Many `nothing` is a quiet day; `gone` means that tabs have to connect.',
      'ops',
      rate('im_poll_answers_total', 'way, answer'),
    ),
    panel(
      'Events kept, streams cut',
      'Memory for tabs that come back; and readers that were too slow.',
      'short',
      sum('im_events_kept', 'events kept'),
      [`sum(increase(im_streams_cut_total{${OF}}[$__rate_interval]))`, 'streams cut'],
    ),
  ],
};
