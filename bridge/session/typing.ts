/** Who is writing (XEP-0085). Not part of a snapshot: a tab that comes later sees the next word of it. */
import type { EventBody } from '../protocol/events.ts';
import type { Input } from './ports.ts';
import { known } from './roster.ts';
import type { Session } from './session.ts';

/** Every message says that its writer is active: that is an event only where something else was told before. */
export function typingEvents(
  session: Session,
  { with: peer, state }: Extract<Input, { type: 'typing' }>,
): EventBody[] {
  if (known(session, peer) === undefined) return [];
  if (state === 'active' && !session.writing.delete(peer)) return [];
  if (state !== 'active') session.writing.add(peer);
  return [{ type: 'typing', with: peer, state }];
}
