/**
 * Is the person at this page? Tells when that changes: at input, and after a minute without any, or when the page is
 * hidden. Tells it again after a connect, to a tab that does not know.
 */

/** Milliseconds without input after which nobody counts as being there. */
const IDLE_AFTER = 60_000;

const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const;

export interface Activity {
  /** There is a connection, with a tab that was there before or a new one. */
  readonly seated: (isNewTab: boolean) => void;
  readonly end: () => void;
}

/** `tell` rejects when the bridge could not be told. `used` is called at every input. */
export function followActivity(
  page: EventTarget,
  tell: (active: boolean) => Promise<void>,
  used: () => void = () => undefined,
): Activity {
  let active = true;
  /** As the bridge has it; undefined while that is not known. */
  let told: boolean | undefined;
  const say = async (): Promise<void> => {
    const said = active;
    told = undefined;
    told = await tell(said).then(
      () => said,
      () => undefined,
    );
  };
  const end = followInput(page, (next) => {
    if (next !== active) {
      active = next;
      void say();
    } else if (next) used();
  });
  const seated = (isNewTab: boolean): void => {
    if (isNewTab) told = true; // a tab counts as active until it says otherwise
    if (!active || told !== active) void say();
  };
  return { seated, end };
}

/** Calls `set` at every sign of the person, and at the want of any. Returns what ends that. */
function followInput(page: EventTarget, set: (active: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
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
