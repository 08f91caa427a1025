/** Who a conversation is with. */
import { useMemo, useRef } from 'preact/hooks';
import type { Buddy, ClientState } from '../client/index.ts';

export interface Peer {
  readonly buddy: Buddy;
  readonly isFriend: boolean;
}

export type PeerOf = (user: string) => Peer;

/** Somebody whose window is open may leave the list: then the name that they had is shown, else the id. */
export function usePeers({ snapshot }: ClientState): PeerOf {
  const names = useRef(new Map<string, string>());
  const roster = snapshot?.roster;
  return useMemo(() => {
    const listed = new Map((roster ?? []).map((buddy) => [buddy.id, buddy]));
    for (const { id, name } of listed.values()) names.current.set(id, name);
    return (user) => ({
      buddy: listed.get(user) ?? { id: user, name: names.current.get(user) ?? user, show: 'offline' },
      // Before there is a list, nobody is told that somebody is not on it.
      isFriend: listed.has(user) || roster === undefined,
    });
  }, [roster]);
}
