/** Of the bridge: members, what they call, and how what happens reaches their tabs. */
import { counter, gauge, histogram } from './registry.ts';

export const members = {
  sessions: gauge('im_sessions', 'Sessions open'),
  tabs: gauge('im_tabs', 'Tabs attached to sessions'),
  polls: gauge('im_polls_held', 'Polls held'),
  streams: gauge('im_streams', 'Event streams open (of the polls held)'),
  streamsCut: counter('im_streams_cut_total', 'Event streams cut, as their reader was too slow'),
  connectionsRefused: counter(
    'im_connections_refused_total',
    'Connections of browsers closed at once, as there were too many (all, or of this address)',
    'reason',
  ),
  calls: counter(
    'im_calls_total',
    'Calls of the web protocol, by name and outcome (ok, or the error code)',
    'call',
    'outcome',
  ),
  callSeconds: histogram(
    'im_call_seconds',
    'From the head of a call to its answer, of those answered ok; polls and streams, which wait on purpose, are not among them',
    'call',
  ),
  events: counter('im_events_total', 'Events written to event logs', 'type'),
  eventsKept: gauge('im_events_kept', 'Events in the logs of all sessions'),
  deliveries: counter(
    'im_deliveries_total',
    'Events handed to tabs: each event once for each tab that has it, by way (poll, stream)',
    'way',
  ),
  deliverySeconds: histogram(
    'im_delivery_seconds',
    'From the stanza that made an event to the answer with it, for tabs that were waiting; the oldest event of each answer counts. Own messages and receipts wait 30 ms on purpose',
    'way',
  ),
  pollAnswers: counter(
    'im_poll_answers_total',
    'What polls were answered with, and streams told, by way and answer (events, nothing, superseded, gone, moved to another worker)',
    'way',
    'answer',
  ),
  sendSeconds: histogram('im_send_seconds', 'From a send call to the acknowledgement of ejabberd'),
  writesRefused: counter(
    'im_user_state_writes_refused_total',
    'Read markers, UI state and presence that were not stored, as writes of the same user before them are stuck, by reason (full, timeout)',
    'reason',
  ),
};
