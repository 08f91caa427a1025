/** The buddy list at the edge of the page, and beside it one window for each friend, as many as there is room for. */
import { useRef, useState } from 'preact/hooks';
import { Chat } from './chat/chat.tsx';
import { MinimisedChat } from './chat/minimised-chat.tsx';
import { focusBuddy } from './focus.ts';
import type { ViewProps } from './view.ts';
import { usePageWidth } from './hooks.ts';
import { BuddyList } from './list/buddy-list.tsx';
import { fit } from './windows/fit.ts';
import { Overflow } from './windows/overflow.tsx';
import type { ChatWindow } from './windows/windows.ts';

export function Desktop({ state, windows, peerOf, wish, open, granted }: ViewProps) {
  const row = useRef<HTMLDivElement>(null);
  const [entered, setEntered] = useState('');
  /** Of the windows that this page has minimised, the last one. */
  const [minimised, setMinimised] = useState('');
  const { shown, hidden } = fit(windows.all, usePageWidth(), wish ?? entered);
  const close = (one: ChatWindow): void => {
    windows.close(one);
    focusBuddy(row.current, one.user);
  };
  const minimise = (one: ChatWindow): void => {
    setMinimised(one.user);
    windows.minimise(one);
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
              takesFocus={minimised === user}
              open={() => open(user)}
              close={() => close(one)}
            />
          );
        return (
          <Chat
            key={user}
            {...{ state, peer, granted }}
            isWished={wish === user}
            onFocus={() => {
              setEntered(user);
              setMinimised('');
            }}
            minimise={() => minimise(one)}
            move={(by) => windows.move(user, by)}
            close={() => close(one)}
          />
        );
      })}
      {hidden.length > 0 && <Overflow {...{ hidden, peerOf, open, close }} />}
    </div>
  );
}
