/** Which windows have room beside the buddy list; the others are in the menu. Pure. */
import type { ChatWindow } from './windows.ts';

/** CSS pixels, with the gap beside it; theme/ has the same. */
export const WIDTHS = { list: 262, open: 322, minimised: 222, menu: 72, margin: 24 } as const;

/** The list, one window and the menu: a page that has no room for these is a phone's. */
export const NARROWEST = WIDTHS.list + WIDTHS.open + WIDTHS.menu + WIDTHS.margin;

export interface Fit {
  /** In their order. */
  readonly shown: readonly ChatWindow[];
  readonly hidden: readonly ChatWindow[];
}

/** The newest have room first; `kept` is shown in any case, as the person is in it. */
export function fit(windows: readonly ChatWindow[], width: number, kept: string | undefined): Fit {
  const room = width - WIDTHS.list - WIDTHS.margin;
  const all = windows.reduce((sum, one) => sum + widthOf(one), 0);
  let left = all <= room ? room : room - WIDTHS.menu;
  const shown = new Set<string>();
  const byNeed = [...windows].sort(
    (a, b) => Number(b.user === kept) - Number(a.user === kept) || b.at - a.at,
  );
  for (const one of byNeed) {
    left -= widthOf(one);
    if (left < 0 && shown.size > 0) break;
    shown.add(one.user);
  }
  return {
    shown: windows.filter(({ user }) => shown.has(user)),
    hidden: windows.filter(({ user }) => !shown.has(user)),
  };
}

function widthOf(one: ChatWindow): number {
  return one.minimised ? WIDTHS.minimised : WIDTHS.open;
}
