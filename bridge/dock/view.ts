/** What `Desktop` and `Phone` are given. */
import type { ClientState } from '../client/index.ts';
import type { PeerOf } from './buddies.ts';
import type { Windows } from './windows/use-windows.ts';

export interface ViewProps {
  readonly state: ClientState;
  readonly windows: Windows;
  readonly peerOf: PeerOf;
  /** Whose window the person wants, until it has the focus: it takes that once, whatever opens it later. */
  readonly wish: string | undefined;
  /** The person wants this window: it opens, and has the focus. */
  readonly open: (user: string) => void;
  /** The window that was wished for has the focus. */
  readonly granted: () => void;
}
