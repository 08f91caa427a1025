/**
 * On a phone: a button above the page, behind it the friends, and one conversation at a time that fills the screen.
 * Windows that are open elsewhere do not cover the page here.
 */
import { useEffect, useState } from 'preact/hooks';
import { unreadOf } from '../client/index.ts';
import { Badge } from './badge.tsx';
import { Chat } from './chat/chat.tsx';
import type { ViewProps } from './view.ts';
import { Icon } from './icons.tsx';
import { BuddyList } from './list/buddy-list.tsx';
import { useWords } from './words/context.ts';

type Screen = 'page' | 'list' | { readonly with: string };

export function Phone({ state, windows, peerOf, wish, open }: ViewProps) {
  const words = useWords();
  const [screen, setScreen] = useState<Screen>('page');
  useEffect(() => {
    if (wish.turn > 0) setScreen({ with: wish.user });
  }, [wish]);
  if (screen === 'page')
    return (
      <button
        class="launcher"
        type="button"
        data-testid="im-launcher"
        aria-label={words.title}
        onClick={() => setScreen('list')}
      >
        <Icon name="chats" />
        <Badge count={unreadOf(state)} />
      </button>
    );
  if (screen === 'list') return <BuddyList state={state} onOpen={open} onHide={() => setScreen('page')} />;
  const window = windows.find(screen.with);
  const close = (): void => {
    if (window !== undefined) windows.close(window);
    setScreen('list');
  };
  return (
    <Chat
      key={screen.with}
      {...{ state, close }}
      peer={peerOf(screen.with)}
      focusTurn={wish.turn}
      back={() => setScreen('list')}
    />
  );
}
