/** Every text of the dock, so that a catalogue of languages can take its place. */
import type { PeerShow, Status } from '../client/index.ts';

export const WORDS = {
  title: 'Chat',
  noFriends: 'Your friends will be here.',
  writeTo: (name: string) => `Message to ${name}`,
  conversation: (name: string) => `Conversation with ${name}`,
  send: 'Send',
  close: (name: string) => `Close the conversation with ${name}`,
  minimise: (name: string) => `Minimise the conversation with ${name}`,
  open: (name: string) => `Open the conversation with ${name}`,
  unseen: (count: number) => (count === 1 ? '1 new message' : `${String(count)} new messages`),
  retry: 'Try again',
  dismiss: 'Remove',
  sending: 'Sending…',
  notSent: 'Not sent.',
  full: 'Too many messages are waiting to be sent.',
  you: 'You',
  notFriends: (name: string) => `You and ${name} are no longer friends, so you can’t write to each other.`,
} as const;

export const SHOWS: Readonly<Record<PeerShow, string>> = {
  online: 'online',
  away: 'away',
  dnd: 'do not disturb',
  offline: 'offline',
};

export const STATUSES: Readonly<Record<Status, string>> = {
  idle: 'Chat is off',
  connecting: 'Connecting…',
  online: 'Connected',
  reconnecting: 'Reconnecting…',
  'signed-out': 'Signed out',
};
