/** The dock as a whole: on a wide page along its lower edge, on a phone one thing at a time. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ClientState } from '../client/index.ts';
import type { Listeners } from '../client/store.ts';
import { usePeers } from './buddies.ts';
import { Desktop } from './desktop.tsx';
import { useClientState, usePageWidth } from './hooks.ts';
import { useRings, useTitleCount } from './page/use-page.ts';
import { Phone } from './phone.tsx';
import { useSetting } from './setting.ts';
import { useWindows, type Windows } from './windows/use-windows.ts';
import { useLanguage } from './words/context.ts';

/** CSS pixels: up to this width a page is a phone's. */
const PHONE = 600;

/** Whose window the person wants. `turn` goes up with every wish, so that the same one can be wished for again. */
export interface Wish {
  readonly user: string;
  readonly turn: number;
}

/** Shows nothing while nobody is signed in. @param wishes users whose window the page wants opened */
export function Dock({ wishes }: { wishes: Listeners<string> }) {
  const { client } = useSetting();
  const state = useClientState(client);
  return state.user === undefined ? null : <SignedIn key={state.user} state={state} wishes={wishes} />;
}

function SignedIn({ state, wishes }: { state: ClientState; wishes: Listeners<string> }) {
  const { client } = useSetting();
  const { lang, dir } = useLanguage();
  const windows = useWindows(client, state);
  const peerOf = usePeers(state);
  const [wish, open] = useWish(windows, state);
  useEffect(() => wishes.add(open), [wishes, open]);
  useTitleCount(state);
  useRings(state, peerOf, open);
  const View = usePageWidth() <= PHONE ? Phone : Desktop;
  return (
    <div
      class={`dock ${View === Phone ? 'phone' : 'desktop'}`}
      {...{ lang, dir }}
      data-testid="im-dock"
      data-user={state.user}
    >
      <View {...{ state, windows, peerOf, wish, open }} />
    </div>
  );
}

/** What `Desktop` and `Phone` are given. */
export interface ViewProps {
  readonly state: ClientState;
  readonly windows: Windows;
  readonly peerOf: ReturnType<typeof usePeers>;
  readonly wish: Wish;
  /** The person wants this window: it opens, and has the focus. */
  readonly open: (user: string) => void;
}

/** A wish of the page may come before there is a snapshot: then it waits for it. */
function useWish(windows: Windows, { snapshot }: ClientState): [Wish, (user: string) => void] {
  const [wish, setWish] = useState<Wish>({ user: '', turn: 0 });
  const [done, setDone] = useState(0);
  const isReady = snapshot !== undefined;
  useEffect(() => {
    if (!isReady || wish.turn === done) return;
    windows.open(wish.user);
    setDone(wish.turn);
  });
  const open = useCallback((user: string) => setWish(({ turn }) => ({ user, turn: turn + 1 })), []);
  return [wish, open];
}
