/** What becomes of a page while it is open (W3C Page Lifecycle): looked at, hidden, frozen and thawed again. */

export interface LifeCycle {
  readonly visible: () => void;
  readonly hidden: () => void;
  /** No code of this page runs from here on, perhaps for days. */
  readonly frozen: () => void;
  readonly thawed: () => void;
}

/** Returns what takes the listeners away. */
export function followLifeCycle(page: Document, { visible, hidden, frozen, thawed }: LifeCycle): () => void {
  const onVisible = (): void => (page.visibilityState === 'visible' ? visible() : hidden());
  const listeners = [
    ['visibilitychange', onVisible],
    ['freeze', frozen],
    ['resume', thawed],
  ] as const;
  for (const [name, listener] of listeners) page.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of listeners) page.removeEventListener(name, listener);
  };
}
