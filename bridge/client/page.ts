/**
 * A tab follows its page. It is given back when the page goes, so that the next page finds a free place;
 * a page that comes back from the browser's cache connects anew; and a wait is cut short when the network
 * returns or the person looks at the page again.
 */
export interface PageActions {
  readonly left: () => void;
  readonly cameBack: () => void;
  readonly wake: () => void;
}

/** Returns what takes the listeners away. */
export function followPage(page: EventTarget, { left, cameBack, wake }: PageActions): () => void {
  const onShow = (event: Event): void => {
    if ('persisted' in event && event.persisted === true) cameBack();
  };
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  const listeners: [EventTarget, string, (event: Event) => void][] = [
    [page, 'pagehide', left],
    [page, 'pageshow', onShow],
    [page, 'online', wake],
    ...(typeof document === 'undefined'
      ? []
      : [[document, 'visibilitychange', onVisible] satisfies [EventTarget, string, () => void]]),
  ];
  for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
  return () => {
    for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
  };
}
