/** Whatever the XMPP side may tell a session. */
import fc from 'fast-check';
import type { ChatState, PeerShow } from '../../bridge/protocol/events.ts';
import type { Input } from '../../bridge/session/ports.ts';
import { item, message, presence } from './session.ts';

const people = fc.constantFrom('bob', 'carol', 'dave');
/** For a session of alice's. */
export const anyInput: fc.Arbitrary<Input> = fc.oneof(
  people.map((id) => item(id, `${id}!`)),
  people.map((id): Input => ({ type: 'roster-removed', id })),
  fc
    .tuple(
      people,
      fc.constantFrom('phone', 'desk'),
      fc.constantFrom<PeerShow>('online', 'away', 'dnd', 'offline'),
    )
    .map(([id, resource, show]) => presence(id, resource, show)),
  fc.tuple(people, fc.nat(200), fc.boolean()).map(([id, n, own]) => message(id, n, own ? 'alice' : id)),
  fc
    .tuple(people, fc.nat(200), fc.constantFrom<'peer' | 'self'>('peer', 'self'))
    .map(([id, n, by]): Input => ({ type: 'displayed', with: id, by, cid: `cid-${n}` })),
  fc
    .tuple(fc.constantFrom('phone', 'desk'), fc.constantFrom<PeerShow>('online', 'away', 'dnd', 'offline'))
    .map(([resource, show]) => presence('alice', resource, show)),
  fc.boolean().map((connected): Input => ({ type: 'link', connected })),
  fc.constant<Input>({ type: 'presence-reset' }),
  fc
    .subarray(['bob', 'carol', 'dave'])
    .map((ids): Input => ({ type: 'roster', items: ids.map((id) => ({ id, name: id, groups: [] })) })),
  fc
    .tuple(people, fc.constantFrom<ChatState>('composing', 'paused', 'active'))
    .map(([id, state]): Input => ({ type: 'typing', with: id, state })),
  fc.tuple(people, fc.nat(200)).map(([id, n]): Input => ({ type: 'delivered', with: id, cid: `cid-${n}` })),
);
