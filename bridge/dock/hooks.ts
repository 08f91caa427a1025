/** The client's state, the person's attention and the page's measures, as hooks. */
import { useEffect, useState } from 'preact/hooks';
import { unreadOf, type Client, type ClientState } from '../client/index.ts';

/** Milliseconds: a timer may be a little early. */
const AFTER_MIDNIGHT = 1000;

/** What to draw: in a page that is hidden nothing but what shows outside of it, and all of it when it is looked at. */
export function useClientState(client: Client): ClientState {
  const [state, setState] = useState(client.state);
  const catchUp = (): void => setState(client.state);
  useEffect(() => {
    catchUp(); // it may have changed between the first drawing and now
    return client.subscribe((next) =>
      setState((drawn) => (isVisible() || isOutside(drawn, next) ? next : drawn)),
    );
  }, [client]);
  usePageEvents(['visibilitychange'], catchUp);
  return state;
}

/** Whose chat it is, the count in the title, and who may be named in a notification. */
function isOutside(drawn: ClientState, next: ClientState): boolean {
  return (
    drawn.user !== next.user ||
    drawn.status !== next.status ||
    drawn.snapshot?.roster.length !== next.snapshot?.roster.length ||
    unreadOf(drawn) !== unreadOf(next)
  );
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
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
  return isVisible() && document.hasFocus();
}

export function useAttended(): boolean {
  const [attended, setAttended] = useState(isAttended);
  usePageEvents(['focus', 'blur', 'visibilitychange', 'pageshow'], () => setAttended(isAttended()));
  return attended;
}

/** The day that it is, by `dayOf`: another one at midnight, and when a computer has slept over that. */
export function useToday(dayOf: (date: Date) => number): number {
  const [today, setToday] = useState(() => dayOf(new Date()));
  const look = (): void => setToday(dayOf(new Date()));
  usePageEvents(['visibilitychange', 'focus'], look);
  useEffect(() => {
    look();
    const now = new Date();
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    const timer = setTimeout(look, midnight.getTime() - now.getTime() + AFTER_MIDNIGHT);
    return () => clearTimeout(timer);
  }, [today]);
  return today;
}

/** CSS pixels. */
export function usePageWidth(): number {
  const [width, setWidth] = useState(document.documentElement.clientWidth);
  usePageEvents(['resize'], () => setWidth(document.documentElement.clientWidth));
  return width;
}
