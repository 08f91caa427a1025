/** A friend's typing ends by itself: who closes a laptop says nothing. */
import type { Heard } from './heard.ts';
import { withTyping } from './state.ts';
import type { Listeners, Store } from './store.ts';

/** Milliseconds: friends' clients say it again every 10 s. */
const BELIEVED_FOR = 30_000;

/** Friends at the most whose typing is waited for: a person looks at a few. */
const MOST_WAITS = 100;

/** Returns what ends all waits. */
export function endTypingByItself(heard: Listeners<Heard>, store: Store): () => void {
  const waits = new Map<string, ReturnType<typeof setTimeout>>();
  const forget = (user: string): void => {
    clearTimeout(waits.get(user));
    waits.delete(user);
  };
  heard.add(({ event }) => {
    if (event.type !== 'typing') return;
    forget(event.with);
    if (event.state === 'active') return;
    const [oldest] = waits.keys();
    if (waits.size >= MOST_WAITS && oldest !== undefined) end(oldest);
    waits.set(
      event.with,
      setTimeout(() => end(event.with), BELIEVED_FOR),
    );
  });
  function end(user: string): void {
    forget(user);
    store.change({ typing: withTyping(store.state.typing, user, 'active') });
  }
  return () => [...waits.keys()].forEach(forget);
}
