/** The person's windows, and what can be done with them. */
import { useMemo } from 'preact/hooks';
import {
  conversationOf,
  type Client,
  type ClientState,
  type ConversationView,
  type Settings,
} from '../../client/index.ts';
import { closed, minimised, moved, opened, restored, windowsOf, type ChatWindow } from './windows.ts';

export interface Windows {
  /** In their order: the first stands next to the buddy list. */
  readonly all: readonly ChatWindow[];
  readonly find: (user: string) => ChatWindow | undefined;
  /** One that is there already stays in its place. */
  readonly open: (user: string) => void;
  readonly minimise: (window: ChatWindow) => void;
  readonly close: (window: ChatWindow) => void;
  readonly move: (user: string, by: 1 | -1) => void;
}

const NONE: readonly ConversationView[] = [];

export function useWindows(client: Client, state: ClientState): Windows {
  const { ui } = state;
  const conversations = state.snapshot?.conversations ?? NONE;
  const all = useMemo(() => windowsOf(ui, conversations), [ui, conversations]);
  // What can't be kept shows again what the bridge has.
  const set = (settings: Settings): void => void client.setUi(settings).catch(() => undefined);
  const find = (user: string): ChatWindow | undefined => all.find((one) => one.user === user);
  return {
    all,
    find,
    open: (user) => {
      const known = find(user);
      set(known === undefined ? opened(ui, user, Date.now()) : restored(known));
    },
    minimise: (one) => set(minimised(one)),
    close: (one) => set(closed(one, conversationOf(state, one.user))),
    move: (user, by) => set(moved(all, user, by)),
  };
}
