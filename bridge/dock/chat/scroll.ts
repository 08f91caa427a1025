/**
 * Where a conversation is scrolled to. A reader at the end stays at the end, whatever comes or grows; one who has
 * scrolled back stays at what they read, whatever comes or goes above it. (Not by `overflow-anchor`: Safari has none.)
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** CSS pixels from the end within which a reader counts as being there. */
const NEAR_THE_END = 40;

export interface Scroll {
  readonly isAtEnd: boolean;
  /** As the reader asks for it. */
  readonly jump: () => void;
  readonly onScroll: () => void;
}

/** What one reads: a message, and how many CSS pixels it stands below the upper edge of the list. */
interface Anchor {
  readonly message: Element;
  readonly place: number;
}

/** @param rows what is drawn: another value when that changes */
export function useScroll(log: { readonly current: HTMLElement | null }, rows: unknown): Scroll {
  const [isAtEnd, setAtEnd] = useState(true);
  const follows = useRef(true);
  const anchor = useRef<Anchor | undefined>(undefined);
  /** Where it was scrolled to when that was last known: as it is in `scrollTop`. */
  const known = useRef(0);
  const onScroll = useCallback((): void => {
    const list = log.current;
    if (list === null) return;
    known.current = list.scrollTop;
    follows.current = belowOf(list) < NEAR_THE_END;
    anchor.current = anchorIn(list);
    setAtEnd(follows.current);
  }, [log]);
  const toEnd = useCallback((): void => {
    const list = log.current;
    if (list !== null) {
      list.scrollTop = list.scrollHeight;
      known.current = list.scrollTop;
    }
    follows.current = true;
    setAtEnd(true);
  }, [log]);
  const jump = useCallback((): void => {
    if (log.current !== null) stopScroll(log.current);
    toEnd();
  }, [log, toEnd]);
  /** Something may be drawn between a scroll and its event: who has scrolled back just now stays there. */
  const isFollowing = useCallback((): boolean => {
    const list = log.current;
    if (list !== null && list.scrollTop < known.current && belowOf(list) >= NEAR_THE_END) onScroll();
    return follows.current;
  }, [log, onScroll]);
  useLayoutEffect(() => {
    if (isFollowing()) toEnd();
    else if (log.current !== null) holdTo(log.current, anchor.current);
  }, [log, toEnd, isFollowing, rows]);
  useEffect(
    () => (log.current === null ? undefined : whenItGrows(log.current, () => isFollowing() && toEnd())),
    [log, toEnd, isFollowing],
  );
  return { isAtEnd, jump, onScroll };
}

/** CSS pixels between what is in sight and the end. */
function belowOf({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}

/**
 * Ends what a key or a wheel has begun: browsers play that for some 150 ms, and go on with it after `scrollTop` was
 * set. A smooth scroll takes its place, and is given up for the next that is not.
 */
function stopScroll(list: HTMLElement): void {
  list.scrollTo({ top: list.scrollTop, behavior: 'smooth' });
}

/** The first message that begins in sight; of one that fills the list, that one. */
function anchorIn(list: HTMLElement): Anchor | undefined {
  const messages = [...list.querySelectorAll('.message')];
  const inSight = messages.find((message) => placeIn(list, message) >= 0) ?? messages.at(-1);
  return inSight && { message: inSight, place: placeIn(list, inSight) };
}

function holdTo(list: HTMLElement, anchor: Anchor | undefined): void {
  if (anchor?.message.isConnected === true) list.scrollTop += placeIn(list, anchor.message) - anchor.place;
}

function placeIn(list: HTMLElement, message: Element): number {
  return message.getBoundingClientRect().top - list.getBoundingClientRect().top;
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
