/** What a front end reads off the state. */
import type { Message } from '../protocol/events.ts';
import type { Outgoing } from './outgoing.ts';
import type { ClientState } from './state.ts';

/** A message as a window shows it: those on their way stand behind those that the archive has. */
export type Line =
  | { readonly state: 'kept'; readonly key: string; readonly message: Message; readonly own: boolean }
  | {
      readonly state: Outgoing['state'];
      readonly key: string;
      readonly outgoing: Outgoing;
      readonly own: true;
    };

/** The conversation with one person, oldest first. Keys stay the same from Enter to the archive. */
export function linesWith(state: ClientState, peer: string): Line[] {
  const me = state.snapshot?.me.id;
  const messages = state.snapshot?.conversations.find((one) => one.with === peer)?.messages ?? [];
  return [
    ...messages.map((message): Line => {
      const own = message.from === me;
      return { state: 'kept', key: own ? (message.cid ?? message.id) : message.id, message, own };
    }),
    ...state.outgoing
      .filter(({ to }) => to === peer)
      .map((outgoing): Line => ({ state: outgoing.state, key: outgoing.cid, outgoing, own: true })),
  ];
}
