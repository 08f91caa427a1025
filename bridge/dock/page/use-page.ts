/** What the page around the dock shows and sounds: the count in its title, and the messages that ring. */
import { useEffect, useRef } from 'preact/hooks';
import { unreadOf, type ClientState, type Heard } from '../../client/index.ts';
import type { PeerOf } from '../buddies.ts';
import { isAttended } from '../hooks.ts';
import { isSoundOn } from '../list/own-settings.ts';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';
import { notify } from './notifications.ts';
import { chime, endSound } from './sound.ts';
import { TitleCount } from './title.ts';

export function useTitleCount(state: ClientState): void {
  const title = useRef<TitleCount | undefined>(undefined);
  const unread = unreadOf(state);
  useEffect(() => {
    title.current = new TitleCount();
    return () => title.current?.end();
  }, []);
  useEffect(() => title.current?.set(unread), [unread]);
}

/** The bridge says which one tab of the person's rings: that one sounds, and notifies unless the person looks at it. */
export function useRings(state: ClientState, peerOf: PeerOf, open: (user: string) => void): void {
  const words = useWords();
  const { client, sound } = useSetting();
  const onHeard = useRef<(heard: Heard) => void>(() => undefined);
  onHeard.current = ({ event, ring }) => {
    if (!ring || event.type !== 'message' || event.from !== event.with) return;
    if (isSoundOn(state.ui, sound)) chime();
    if (isAttended()) return;
    const { name, avatar } = peerOf(event.with).buddy;
    notify({
      title: words.page.notificationTitle(name),
      body: event.body.slice(0, 200),
      tag: `im:${event.id}`,
      ...(avatar !== undefined && { icon: avatar }),
      onClick: () => open(event.with),
    });
  };
  useEffect(() => {
    const end = client.onEvent((heard) => onHeard.current(heard));
    return () => {
      end();
      endSound();
    };
  }, [client]);
}
