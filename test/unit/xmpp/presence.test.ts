/** Presence and roster entries, as they come. */
import { describe, expect, test } from '@jest/globals';
import { xml } from '@xmpp/client';
import { NS } from '../../../bridge/xmpp/namespaces.ts';
import { ownerOf } from '../../../bridge/xmpp/owner.ts';
import { presenceOf } from '../../../bridge/xmpp/presence.ts';
import { rosterItemsOf } from '../../../bridge/xmpp/roster.ts';

type El = ReturnType<typeof xml>;

const alice = ownerOf('alice', 'im.example');
const ADDRESS = 'alice@im.example/web-1';
const AT = '2026-01-01T00:00:00.123Z';

describe('presence', () => {
  const presence = (attrs: object, ...children: El[]): El =>
    xml('presence', { from: 'bob@im.example/desk', ...attrs }, ...children);
  const read = (stanza: El): unknown => presenceOf(stanza, alice, ADDRESS, () => new Date(AT));

  test.each([
    [undefined, 'online'],
    ['chat', 'online'],
    ['away', 'away'],
    ['xa', 'away'],
    ['dnd', 'dnd'],
    ['no such thing', 'online'],
  ])('with show %p is %s', (show, seen) => {
    const children = show === undefined ? [] : [xml('show', {}, show)];
    expect(read(presence({}, ...children))).toMatchObject({
      id: 'bob',
      resource: 'desk',
      show: seen,
      since: AT,
    });
  });

  test('unavailable is offline', () => {
    expect(read(presence({ type: 'unavailable' }))).toMatchObject({ show: 'offline' });
  });

  test.each(['error', 'subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe'])(
    'of type %s says nothing',
    (type) => {
      expect(read(presence({ type }))).toBeUndefined();
    },
  );

  test('of the own other devices is the user’s; the own is none', () => {
    expect(read(presence({ from: 'alice@im.example/phone' }))).toMatchObject({
      id: 'alice',
      resource: 'phone',
    });
    expect(read(presence({ from: ADDRESS }))).toBeUndefined();
  });
});

test('a roster has the people of the domain, with their names and groups', () => {
  const roster = xml(
    'iq',
    {},
    xml(
      'query',
      { xmlns: NS.roster },
      xml('item', { jid: 'bob@im.example', name: 'Bob', subscription: 'both' }, xml('group', {}, 'School')),
      xml('item', { jid: 'carol@im.example', subscription: 'remove' }),
      xml('item', { jid: 'x@elsewhere.example', name: 'X' }),
    ),
  );
  expect(rosterItemsOf(roster, alice)).toEqual([
    { item: { id: 'bob', name: 'Bob', groups: ['School'] }, removed: false },
    { item: { id: 'carol', name: 'carol', groups: [] }, removed: true },
  ]);
});
