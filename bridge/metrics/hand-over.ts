/** Of the bridge: sessions that go from one worker to another, and the journal for a worker that is killed. */
import { counter, gauge, histogram } from './registry.ts';

/** How a session goes, or does not go, from one worker to another. */
export const HOW = [
  'taken',
  'refused',
  'given-taken',
  'given-refused',
  'journal-taken',
  'journal-refused',
] as const;

export const handOver = {
  handedOver: counter(
    'im_handover_sessions_total',
    'Sessions that went from one worker to another, by how (taken, refused, given-taken, given-refused; journal-taken, journal-refused of a worker that was killed)',
    'how',
  ),
  handOverPause: histogram(
    'im_handover_pause_seconds',
    'From the moment when a session was ended in one worker until its stream was resumed in the other',
  ),
  handOverExpected: gauge('im_handover_expected', 'Sessions that are on their way to this worker'),
  journalGivenUp: gauge(
    'im_journal_given_up',
    'Alarm: could the journal not be written, so that a worker that is killed leaves nothing (1 or 0)',
  ),
  journalBytes: counter(
    'im_journal_bytes_total',
    'Bytes written to the journal, from which a successor takes over when this worker is killed',
  ),
};
