/**
 * On a phone: a button above the page, behind it the friends, and one conversation at a time that fills the screen.
 * Windows that are open elsewhere do not cover the page here.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { unreadOf } from '../client/index.ts';
import { Badge } from './badge.tsx';
import { Chat } from './chat/chat.tsx';
import { focusBuddy, useFocusAtFirst } from './focus.ts';
import { Icon } from './icons.tsx';
import { BuddyList } from './list/buddy-list.tsx';
import { Modal } from './modal.tsx';
import type { ViewProps } from './view.ts';
import { useWords } from './words/context.ts';

type Screen = 'page' | 'list' | { readonly with: string };

export function Phone({ state, windows, peerOf, wish, open, granted }: ViewProps) {
  const words = useWords();
  const [screen, setScreen] = useState<Screen>('page');
  const cameFrom = useRef<Screen | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const go = (next: Screen): void => {
    cameFrom.current = screen;
    setScreen(next);
  };
  useEffect(() => {
    if (wish !== undefined) setScreen({ with: wish });
  }, [wish]);
  useLayoutEffect(() => {
    if (screen === 'list' && typeof cameFrom.current === 'object')
      focusBuddy(box.current, cameFrom.current.with);
  }, [screen]);
  if (screen === 'page')
    return (
      <Launcher
        unread={unreadOf(state)}
        takesFocus={cameFrom.current !== undefined}
        onClick={() => go('list')}
      />
    );
  const back = (): void => go(screen === 'list' ? 'page' : 'list');
  const close = (user: string): void => {
    const window = windows.find(user);
    if (window !== undefined) windows.close(window);
    back();
  };
  return (
    <Modal label={words.title} back={back} away={() => go('page')}>
      <div ref={box}>
        {screen === 'list' ? (
          <BuddyList state={state} onOpen={open} onHide={back} />
        ) : (
          <Chat
            key={screen.with}
            {...{ state, granted, back }}
            peer={peerOf(screen.with)}
            isWished={wish === screen.with}
            close={() => close(screen.with)}
          />
        )}
      </div>
    </Modal>
  );
}

interface LauncherProps {
  unread: number;
  /** Is the person back from the chat? */
  takesFocus: boolean;
  onClick: () => void;
}

function Launcher({ unread, takesFocus, onClick }: LauncherProps) {
  const words = useWords();
  const button = useFocusAtFirst(takesFocus);
  return (
    <button
      class="launcher"
      type="button"
      ref={button}
      data-testid="im-launcher"
      aria-label={words.title}
      onClick={onClick}
    >
      <Icon name="chats" />
      <Badge count={unread} />
    </button>
  );
}
