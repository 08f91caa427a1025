/** Keys that belong to an input method, as people write Japanese or Chinese with: Enter picks a word, Escape drops it. */

/** The `keyCode` of any of them (UI Events, 7.3.1). */
const OF_INPUT_METHOD = 229;

export function isComposing(event: KeyboardEvent): boolean {
  // Safari says `isComposing` no more at the key that ends a composition: only the old property tells.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return event.isComposing || event.keyCode === OF_INPUT_METHOD;
}
