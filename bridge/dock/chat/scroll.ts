/**
 * Where a conversation is scrolled to. A reader at the end stays at the end, whatever comes or grows; one who has
 * scrolled back stays at what they read, also when older messages are put above it.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** CSS pixels from the end within which a reader counts as being there. */
const NEAR_THE_END = 40;

export interface Scroll {
  readonly isAtEnd: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
}

/** @param keys of the first and the last message */
export function useScroll(
  log: { readonly current: HTMLElement | null },
  { first, last }: { readonly first: string | undefined; readonly last: string | undefined },
): Scroll {
  const [isAtEnd, setAtEnd] = useState(true);
  const follows = useRef(true);
  const belowTop = useRef(0);
  const onScroll = useCallback((): void => {
    const list = log.current;
    if (list === null) return;
    belowTop.current = list.scrollHeight - list.scrollTop;
    follows.current = belowTop.current - list.clientHeight < NEAR_THE_END;
    setAtEnd(follows.current);
  }, [log]);
  const toEnd = useCallback((): void => {
    const list = log.current;
    if (list !== null) list.scrollTop = list.scrollHeight;
    follows.current = true;
    setAtEnd(true);
  }, [log]);
  useLayoutEffect(() => {
    const list = log.current;
    // Older messages have come above: what was read stays where it was.
    if (list !== null && !follows.current) list.scrollTop = list.scrollHeight - belowTop.current;
  }, [log, first]);
  useLayoutEffect(() => {
    if (follows.current) toEnd();
  }, [toEnd, first, last]);
  useEffect(
    () => (log.current === null ? undefined : whenItGrows(log.current, () => follows.current && toEnd())),
    [log, toEnd],
  );
  return { isAtEnd, toEnd, onScroll };
}

/** The window becomes smaller as one types; a message may grow as it is marked. */
function whenItGrows(list: HTMLElement, act: () => void): () => void {
  const observer = new ResizeObserver(act);
  observer.observe(list);
  if (list.firstElementChild !== null) observer.observe(list.firstElementChild);
  return () => observer.disconnect();
}

/** Calls `load` whenever the top of the list comes into sight. */
export function useTop(
  top: { readonly current: HTMLElement | null },
  load: () => void,
  again: unknown,
): void {
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const { current } = top;
    if (current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && latest.current(),
      { root: current.closest('.log'), rootMargin: '60px 0px 0px 0px' },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [top, again]);
}
