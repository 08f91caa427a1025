/** The buddy list at the edge of the page, and beside it one window for each friend, as many as there is room for. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Chat } from './chat/chat.tsx';
import { MinimisedChat } from './chat/minimised-chat.tsx';
import type { ViewProps } from './view.ts';
import { usePageWidth } from './hooks.ts';
import { BuddyList } from './list/buddy-list.tsx';
import { fit } from './windows/fit.ts';
import { Overflow } from './windows/overflow.tsx';
import type { ChatWindow } from './windows/windows.ts';

export function Desktop({ state, windows, peerOf, wish, open }: ViewProps) {
  const row = useRef<HTMLDivElement>(null);
  const [entered, setEntered] = useState('');
  useEffect(() => setEntered(wish.user), [wish]);
  const { shown, hidden } = fit(windows.all, usePageWidth(), entered);
  const close = (one: ChatWindow): void => {
    windows.close(one);
    focusBuddy(row.current, one.user);
  };
  return (
    <div class="row" ref={row}>
      <BuddyList state={state} onOpen={open} />
      {shown.map((one) => {
        const { user, unread } = one;
        const peer = peerOf(user);
        if (one.minimised)
          return (
            <MinimisedChat
              key={user}
              {...{ unread, ...peer }}
              open={() => open(user)}
              close={() => close(one)}
            />
          );
        return (
          <Chat
            key={user}
            {...{ state, peer }}
            focusTurn={wish.user === user ? wish.turn : 0}
            onFocus={() => setEntered(user)}
            minimise={() => windows.minimise(one)}
            move={(by) => windows.move(user, by)}
            close={() => close(one)}
          />
        );
      })}
      {hidden.length > 0 && <Overflow {...{ hidden, peerOf, open }} close={windows.close} />}
    </div>
  );
}

/** Where a person who closed a window goes on: at the friend whose window it was. */
function focusBuddy(row: HTMLElement | null, user: string): void {
  const buddies = [...(row?.querySelectorAll<HTMLElement>('.buddy') ?? [])];
  const next =
    buddies.find((one) => one.dataset['user'] === user) ?? row?.querySelector<HTMLElement>('.bar-title');
  next?.focus();
}
