/** Is the person at this page? Tells when that changes: at input, and after a minute without any, or when the page is hidden. */

/** Milliseconds without input after which nobody counts as being there. */
const IDLE_AFTER = 60_000;

const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const;

/** Returns what ends it. A tab counts as active until it says otherwise, so that is not told at the start. */
export function followActivity(page: EventTarget, tell: (active: boolean) => void): () => void {
  let active = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (next: boolean): void => {
    if (next !== active) tell(next);
    active = next;
  };
  const isVisible = (): boolean => typeof document === 'undefined' || document.visibilityState === 'visible';
  const onInput = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => set(false), IDLE_AFTER);
    set(isVisible());
  };
  const onVisible = (): void => (isVisible() ? onInput() : set(false));
  const options = { capture: true, passive: true };
  for (const name of INPUT) page.addEventListener(name, onInput, options);
  if (typeof document !== 'undefined') document.addEventListener('visibilitychange', onVisible);
  onInput();
  return () => {
    clearTimeout(timer);
    for (const name of INPUT) page.removeEventListener(name, onInput, options);
    if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', onVisible);
  };
}
