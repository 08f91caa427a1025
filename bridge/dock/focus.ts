/** Where the focus goes on when what had it goes away: who works with the keyboard stays where they were. */
import { useLayoutEffect, useRef } from 'preact/hooks';

/** To this friend's row in the list; where it is not to be seen, to the title of the list. */
export function focusBuddy(box: Element | null, user: string): void {
  const row = rowOf(box, user) ?? box?.querySelector<HTMLElement>('.list .bar-title');
  row?.focus();
}

/** From a button in a conversation that is about to go, to the conversation. */
export function focusLog({ currentTarget }: { readonly currentTarget: EventTarget }): void {
  const frame = (currentTarget as Element).closest('.log-frame');
  frame?.querySelector<HTMLElement>('.log')?.focus();
}

/** Focuses a button as it appears, if `wanted`. */
export function useFocusAtFirst(wanted: boolean): { current: HTMLButtonElement | null } {
  const element = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (wanted) element.current?.focus();
  }, []);
  return element;
}

/** The row of a friend keeps the focus when it is drawn anew in another place. */
export function useFocusOfRow(list: { readonly current: HTMLElement | null }): void {
  const focused = focusIn(list.current)?.dataset['user']; // before anything is drawn
  useLayoutEffect(() => {
    if (focused !== undefined && focusIn(list.current) === undefined) rowOf(list.current, focused)?.focus();
  });
}

function focusIn(box: HTMLElement | null): HTMLElement | undefined {
  const focused = (box?.getRootNode() as ShadowRoot | undefined)?.activeElement;
  return focused instanceof HTMLElement && box?.contains(focused) === true ? focused : undefined;
}

function rowOf(box: Element | null, user: string): HTMLElement | undefined {
  const rows = [...(box?.querySelectorAll<HTMLElement>('.buddy') ?? [])];
  return rows.find((one) => one.dataset['user'] === user);
}
