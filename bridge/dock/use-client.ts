/** The client's state and the person's windows, as hooks. */
import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Client, ClientState } from '../client/index.ts';
import { keepWindows, keptWindows } from './window-memory.ts';
import { windowsAfter, type WindowAction, type Windows } from './windows.ts';

export function useClientState(client: Client): ClientState {
  const [state, setState] = useState(client.state);
  useEffect(() => {
    setState(client.state); // it may have changed between the first drawing and now
    return client.subscribe(setState);
  }, [client]);
  return state;
}

/** Windows of the person who is signed in; another person starts with their own. */
export function useWindows(
  client: Client,
  user: string | undefined,
): [Windows, (action: WindowAction) => void] {
  const [windows, act] = useReducer(windowsAfter, []);
  const [owner, setOwner] = useState<string | undefined>(undefined);
  useEffect(() => {
    act({ type: 'restore', windows: user === undefined ? [] : keptWindows(user) });
    setOwner(user);
  }, [user]);
  useEffect(() => {
    if (owner !== undefined && owner === user) keepWindows(owner, windows);
  }, [windows, owner, user]);
  useEffect(
    () =>
      client.onEvent(({ event }) => {
        if (event.type === 'message' && event.from === event.with) act({ type: 'message', user: event.with });
      }),
    [client],
  );
  return [windows, act];
}
