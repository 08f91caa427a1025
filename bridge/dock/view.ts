/** What `Desktop` and `Phone` are given. */
import type { ClientState } from '../client/index.ts';
import type { PeerOf } from './buddies.ts';
import type { Windows } from './windows/use-windows.ts';

/** Whose window the person wants. `turn` goes up with every wish, so that the same one can be wished for again. */
export interface Wish {
  readonly user: string;
  readonly turn: number;
}

export interface ViewProps {
  readonly state: ClientState;
  readonly windows: Windows;
  readonly peerOf: PeerOf;
  readonly wish: Wish;
  /** The person wants this window: it opens, and has the focus. */
  readonly open: (user: string) => void;
}
