/** The dock as a whole: the buddy list at the edge of the page, and beside it one window for each friend. */
import { useRef, useState } from 'preact/hooks';
import type { Buddy, Client, ClientState } from '../client/index.ts';
import { BuddyList } from './buddy-list.tsx';
import { Chat } from './chat.tsx';
import { MinimisedChat } from './minimised-chat.tsx';
import { useClientState, useWindows } from './use-client.ts';

/** Whose input gets the focus. `turn` goes up with every wish, so that the same one can be wished for again. */
interface Focus {
  readonly user: string;
  readonly turn: number;
}

/** Shows nothing while nobody is signed in. */
export function Dock({ client }: { client: Client }) {
  const state = useClientState(client);
  const [windows, act] = useWindows(client, state.user);
  const [focus, setFocus] = useState<Focus>({ user: '', turn: 0 });
  const dock = useRef<HTMLDivElement>(null);
  const buddyOf = useBuddies(state);
  const open = (user: string): void => {
    act({ type: 'open', user });
    setFocus(({ turn }) => ({ user, turn: turn + 1 }));
  };
  const close = (user: string): void => {
    act({ type: 'close', user });
    focusBuddy(dock.current, user);
  };
  if (state.user === undefined) return null;
  return (
    <div class="dock" ref={dock} data-testid="im-dock" data-user={state.user}>
      <BuddyList state={state} windows={windows} onOpen={open} />
      {windows.map(({ user, minimised, unseen }) => {
        const { buddy, isFriend } = buddyOf(user);
        const shared = { buddy, close: () => close(user) };
        if (minimised)
          return <MinimisedChat key={user} {...shared} {...{ unseen }} open={() => open(user)} />;
        const focusTurn = focus.user === user ? focus.turn : 0;
        const minimise = (): void => act({ type: 'minimise', user });
        return <Chat key={user} {...shared} {...{ client, state, isFriend, focusTurn, minimise }} />;
      })}
    </div>
  );
}

/** Where a person who closed a window goes on: at the friend whose window it was. */
function focusBuddy(dock: HTMLElement | null, user: string): void {
  const rows = [...(dock?.querySelectorAll<HTMLElement>('.buddy') ?? [])];
  rows.find((row) => row.dataset['user'] === user)?.focus();
}

/** Somebody whose window is open may leave the list: then the name that they had is shown, else the id. */
function useBuddies({ snapshot }: ClientState): (user: string) => { buddy: Buddy; isFriend: boolean } {
  const known = useRef(new Map<string, Buddy>());
  return (user) => {
    const listed = snapshot?.roster.find(({ id }) => id === user);
    if (listed !== undefined) known.current.set(user, listed);
    const name = known.current.get(user)?.name ?? user;
    // Before there is a list, nobody is told that somebody is not on it.
    return {
      buddy: listed ?? { id: user, name, show: 'offline' },
      isFriend: listed !== undefined || snapshot === undefined,
    };
  };
}
