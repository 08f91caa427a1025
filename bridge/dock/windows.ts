/** Which chat windows are open, and what has come in unseen. Pure: state in, state out. */

export interface ChatWindow {
  readonly user: string;
  readonly minimised: boolean;
  /** Messages that came while nobody could see them here. */
  readonly unseen: number;
}

/** In the order in which they were opened: the oldest stands next to the buddy list. */
export type Windows = readonly ChatWindow[];

export type WindowAction =
  | { readonly type: 'open' | 'close' | 'minimise' | 'message'; readonly user: string }
  | { readonly type: 'restore'; readonly windows: Windows };

/** Windows at the most: more than fit on a wide screen. Another one takes the place of the oldest. */
const MOST_WINDOWS = 8;

/** A message opens a minimised window: it is seen, and takes neither place nor focus from the person. */
export function windowsAfter(windows: Windows, action: WindowAction): Windows {
  switch (action.type) {
    case 'restore':
      return action.windows.slice(-MOST_WINDOWS);
    case 'open':
      return put(windows, { user: action.user, minimised: false, unseen: 0 });
    case 'close':
      return windows.filter(({ user }) => user !== action.user);
    case 'minimise':
      return windows.map((one) => (one.user === action.user ? { ...one, minimised: true } : one));
    case 'message':
      return withUnseen(windows, action.user);
  }
}

function withUnseen(windows: Windows, user: string): Windows {
  const before = windows.find((one) => one.user === user);
  if (before !== undefined && !before.minimised) return windows;
  return put(windows, { user, minimised: true, unseen: (before?.unseen ?? 0) + 1 });
}

function put(windows: Windows, next: ChatWindow): Windows {
  if (windows.some(({ user }) => user === next.user)) {
    return windows.map((one) => (one.user === next.user ? next : one));
  }
  return [...windows, next].slice(-MOST_WINDOWS);
}
