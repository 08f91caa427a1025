/** How the connection is. Seen only when there is something to say. */
import type { ClientState } from '../client/index.ts';
import { STATUSES } from './words.ts';

export function StatusLine({ state: { status, snapshot } }: { state: ClientState }) {
  // Online with the bridge, while the bridge has lost its own link: to the person it is the same.
  const shown = status === 'online' && snapshot?.connected === false ? 'reconnecting' : status;
  return (
    <p class="status" role="status" data-testid="im-status" data-status={shown}>
      {STATUSES[shown]}
    </p>
  );
}
