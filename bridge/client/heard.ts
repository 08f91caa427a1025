/** An event, as a front end hears of it. */
import type { Event } from '../protocol/events.ts';

export interface Heard {
  readonly event: Event;
  /** Should this tab, and no other of the person's, sound or notify for it? */
  readonly ring: boolean;
}
