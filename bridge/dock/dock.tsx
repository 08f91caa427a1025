/** The dock as a whole: on a wide page along its lower edge, on a phone one thing at a time. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ClientState } from '../client/index.ts';
import { isShutOut } from '../client/state.ts';
import { usePeers } from './buddies.ts';
import { forgetDrafts } from './chat/drafts.ts';
import { Desktop } from './desktop.tsx';
import { useClientState, usePageWidth } from './hooks.ts';
import { useRings, useTitleCount } from './page/use-page.ts';
import { Phone } from './phone.tsx';
import { useSetting } from './setting.ts';
import type { ViewProps } from './view.ts';
import { NARROWEST } from './windows/fit.ts';
import { useWindows, type Windows } from './windows/use-windows.ts';
import type { Wishes } from './wishes.ts';
import { useLanguage } from './words/context.ts';

/** Shows nothing while nobody is signed in, and to whom the chat is not open. @param wishes users whose window the page wants opened */
export function Dock({ wishes }: { wishes: Wishes }) {
  const { client } = useSetting();
  const state = useClientState(client);
  useEffect(() => {
    if (state.status === 'signed-out') forgetDrafts();
  }, [state.status]);
  return state.user === undefined || isShutOut(state) ? null : (
    <SignedIn key={state.user} state={state} wishes={wishes} />
  );
}

function SignedIn({ state, wishes }: { state: ClientState; wishes: Wishes }) {
  const { client } = useSetting();
  const { lang, dir } = useLanguage();
  const windows = useWindows(client, state);
  const peerOf = usePeers(state);
  const { wish, open, granted } = useWish(windows);
  const isReady = state.snapshot !== undefined;
  useEffect(() => (isReady ? wishes.hear(open) : undefined), [wishes, open, isReady]);
  useTitleCount(state);
  useRings(state, peerOf, open);
  const View = usePageWidth() < NARROWEST ? Phone : Desktop;
  return (
    <div
      class={`dock ${View === Phone ? 'phone' : 'desktop'}${state.snapshot === undefined ? ' waiting' : ''}`}
      {...{ lang, dir }}
      data-testid="im-dock"
      data-user={state.user}
    >
      <View {...{ state, windows, peerOf, wish, open, granted }} />
    </div>
  );
}

/** Whose window was asked for, until it has the focus. */
function useWish(windows: Windows): Pick<ViewProps, 'wish' | 'open' | 'granted'> {
  const [wish, setWish] = useState<string | undefined>(undefined);
  const latest = useRef(windows);
  latest.current = windows;
  const open = useCallback((user: string) => {
    latest.current.open(user);
    setWish(user);
  }, []);
  const granted = useCallback(() => setWish(undefined), []);
  return { wish, open, granted };
}
