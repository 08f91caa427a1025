/** How the connection is. Seen only when there is something to say. */
import type { ClientState, Status } from '../../client/index.ts';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';

export function ConnectionLine({ state }: { state: ClientState }) {
  const words = useWords();
  const { client } = useSetting();
  const shown = statusOf(state);
  const isTaken = state.problem?.code === 'superseded';
  return (
    <div class="connection" role="status" data-testid="im-status" data-status={shown}>
      {shown === 'reconnecting' && <p data-testid="im-banner">{words.page.reconnecting}</p>}
      {shown !== 'reconnecting' && shown !== 'online' && (
        <p>{isTaken ? words.page.takenOver : words.statuses[shown]}</p>
      )}
      {shown === 'idle' && (
        <button type="button" onClick={() => client.start()}>
          {words.page.useHere}
        </button>
      )}
    </div>
  );
}

/** Online with the bridge, while the bridge has lost its own link: to the person it is the same. */
function statusOf({ status, snapshot }: ClientState): Status {
  return status === 'online' && snapshot?.connected === false ? 'reconnecting' : status;
}
