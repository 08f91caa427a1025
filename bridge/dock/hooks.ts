/** The client's state, the person's attention and the page's measures, as hooks. */
import { useEffect, useState } from 'preact/hooks';
import type { Client, ClientState } from '../client/index.ts';

export function useClientState(client: Client): ClientState {
  const [state, setState] = useState(client.state);
  useEffect(() => {
    setState(client.state); // it may have changed between the first drawing and now
    return client.subscribe(setState);
  }, [client]);
  return state;
}

/** Calls `listener` at these events of the page. */
export function usePageEvents(names: readonly string[], listener: () => void): void {
  useEffect(() => {
    for (const name of names) window.addEventListener(name, listener, true);
    return () => names.forEach((name) => window.removeEventListener(name, listener, true));
  });
}

/** Does somebody look at this page? */
export function isAttended(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

export function useAttended(): boolean {
  const [attended, setAttended] = useState(isAttended);
  usePageEvents(['focus', 'blur', 'visibilitychange', 'pageshow'], () => setAttended(isAttended()));
  return attended;
}

/** CSS pixels. */
export function usePageWidth(): number {
  const [width, setWidth] = useState(document.documentElement.clientWidth);
  usePageEvents(['resize'], () => setWidth(document.documentElement.clientWidth));
  return width;
}
