/** Counts what goes out to tabs, and how long after the stanza that it comes from. */
import { metrics } from '../metrics.ts';
import type { PollAnswer } from '../session/tab.ts';

/** To be called when the answer has been handed to its connection. */
export function countAnswer(way: 'poll' | 'stream', what: PollAnswer): void {
  metrics.pollAnswers.inc({ way, answer: nameOf(what) });
  if (!('events' in what) || what.events.length === 0) return;
  metrics.deliveries.inc({ way }, what.events.length);
  if (what.came !== undefined)
    metrics.deliverySeconds.observe({ way }, (performance.now() - what.came) / 1000);
}

function nameOf(what: PollAnswer): string {
  if ('superseded' in what) return 'superseded';
  if ('gone' in what) return 'gone';
  if ('moved' in what) return 'moved';
  return what.events.length > 0 ? 'events' : 'nothing';
}
