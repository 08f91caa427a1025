import { describe, expect, test } from '@jest/globals';
import { xml } from '@xmpp/client';
import { NS } from '../../bridge/xmpp/namespaces.ts';
import {
  archivedOf,
  archiveResultOf,
  messageOf,
  messageStanza,
  ownerOf,
  presenceOf,
  rosterItemsOf,
} from '../../bridge/xmpp/stanzas.ts';

const alice = ownerOf('alice', 'im.example');
const ARCHIVE_ID = '1767225600123456';
const AT = '2026-01-01T00:00:00.123Z';

type El = ReturnType<typeof xml>;

const stanzaId = (by: string, id = ARCHIVE_ID): El => xml('stanza-id', { xmlns: NS.sid, by, id });
const fromBob = (...children: El[]): El =>
  xml(
    'message',
    { from: 'bob@im.example/desk', to: 'alice@im.example', type: 'chat' },
    xml('body', {}, 'hi'),
    ...children,
  );
const carbon = (kind: 'sent' | 'received', from: string, inner: El): El =>
  xml(
    'message',
    { from, to: 'alice@im.example/web' },
    xml(kind, { xmlns: NS.carbons }, xml('forwarded', { xmlns: NS.forward }, inner)),
  );

describe('a message from a friend', () => {
  test('has the id of the own archive, and the time that is in it', () => {
    expect(messageOf(fromBob(stanzaId('alice@im.example')), alice)).toEqual({
      id: ARCHIVE_ID,
      with: 'bob',
      from: 'bob',
      body: 'hi',
      at: AT,
    });
  });

  test('takes no id that is not of the own archive (XEP-0359, section 5)', () => {
    expect(messageOf(fromBob(stanzaId('bob@im.example')), alice)).toBeUndefined();
    const both = messageOf(fromBob(stanzaId('bob@im.example', '1'), stanzaId('alice@im.example')), alice);
    expect(both?.id).toBe(ARCHIVE_ID);
  });

  test('shows no cid of the friend’s: it is the friend’s own', () => {
    const origin = xml('origin-id', { xmlns: NS.sid, id: 'theirs' });
    expect(messageOf(fromBob(origin, stanzaId('alice@im.example')), alice)).not.toHaveProperty('cid');
  });

  test.each(['error', 'groupchat', 'headline'])('is none when its type is %s', (type) => {
    const stanza = fromBob(stanzaId('alice@im.example'));
    stanza.attrs['type'] = type;
    expect(messageOf(stanza, alice)).toBeUndefined();
  });

  test('is none when it is from another domain, or between two others', () => {
    const foreign = fromBob(stanzaId('alice@im.example'));
    foreign.attrs['from'] = 'bob@elsewhere.example/desk';
    const others = fromBob(stanzaId('alice@im.example'));
    others.attrs['to'] = 'carol@im.example';
    expect(messageOf(foreign, alice)).toBeUndefined();
    expect(messageOf(others, alice)).toBeUndefined();
  });
});

describe('a carbon', () => {
  const own = (): El =>
    xml(
      'message',
      { from: 'alice@im.example/phone', to: 'bob@im.example', type: 'chat' },
      xml('body', {}, 'from my phone'),
      stanzaId('alice@im.example'),
    );

  test('of what another device sent is an own message', () => {
    expect(messageOf(carbon('sent', 'alice@im.example', own()), alice)).toMatchObject({
      with: 'bob',
      from: 'alice',
      body: 'from my phone',
    });
  });

  test.each(['bob@im.example', 'alice@im.example/phone', 'mallory@im.example/x', 'im.example'])(
    'that comes from %s is forged (CVE-2017-5589)',
    (from) => {
      expect(messageOf(carbon('sent', from, own()), alice)).toBeUndefined();
      expect(
        messageOf(carbon('received', from, fromBob(stanzaId('alice@im.example'))), alice),
      ).toBeUndefined();
    },
  );
});

test('only the own account tells an archive id, or the result of a query', () => {
  const told = (from: string): El =>
    xml(
      'message',
      { from },
      xml('archived', { xmlns: NS.archived, id: ARCHIVE_ID, 'origin-id': 'c1', stamp: AT }),
    );
  const result = (from: string): El =>
    xml(
      'message',
      { from },
      xml(
        'result',
        { xmlns: NS.mam, queryid: 'q', id: ARCHIVE_ID },
        xml('forwarded', { xmlns: NS.forward }, fromBob()),
      ),
    );
  expect(archivedOf(told('alice@im.example'), alice)).toEqual({ id: ARCHIVE_ID, cid: 'c1', at: AT });
  expect(archivedOf(told('bob@im.example/desk'), alice)).toBeUndefined();
  expect(archiveResultOf(result('alice@im.example'), alice)?.message).toMatchObject({
    id: ARCHIVE_ID,
    body: 'hi',
  });
  expect(archiveResultOf(result('bob@im.example'), alice)).toBeUndefined();
});

test('an own message carries its cid, and text that XML can carry', () => {
  const stanza = messageStanza({ to: 'o"neil', body: 'a\u0000b<c>\u{1F600}', cid: 'c1' }, alice);
  expect(stanza.attrs['to']).toBe(String.raw`o\22neil@im.example`);
  expect(stanza.getChildText('body')).toBe('a\uFFFDb<c>\u{1F600}');
  expect(stanza.toString()).toContain('<body>a\uFFFDb&lt;c&gt;\u{1F600}</body>');
  expect(stanza.getChild('origin-id', NS.sid)?.attrs['id']).toBe('c1');
});

test('a message that may have been sent before says since when', () => {
  const first = messageStanza({ to: 'bob', body: 'x', cid: 'c1' }, alice);
  const again = messageStanza({ to: 'bob', body: 'x', cid: 'c1', since: AT }, alice);
  expect(first.getChild('tell', NS.archived)?.attrs).not.toHaveProperty('again');
  expect(again.getChild('tell', NS.archived)?.attrs).toMatchObject({ again: 'true', since: AT });
});

describe('presence', () => {
  const now = (): Date => new Date(AT);
  const presence = (attrs: object, ...children: El[]): El =>
    xml('presence', { from: 'bob@im.example/desk', ...attrs }, ...children);

  test.each([
    [undefined, 'online'],
    ['chat', 'online'],
    ['away', 'away'],
    ['xa', 'away'],
    ['dnd', 'dnd'],
    ['no such thing', 'online'],
  ])('with show %p is %s', (show, seen) => {
    const children = show === undefined ? [] : [xml('show', {}, show)];
    expect(presenceOf(presence({}, ...children), alice, now)).toMatchObject({
      id: 'bob',
      resource: 'desk',
      show: seen,
      since: AT,
    });
  });

  test('unavailable is offline', () => {
    expect(presenceOf(presence({ type: 'unavailable' }), alice, now)).toMatchObject({ show: 'offline' });
  });

  test.each(['error', 'subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe'])(
    'of type %s says nothing',
    (type) => {
      expect(presenceOf(presence({ type }), alice, now)).toBeUndefined();
    },
  );

  test('of the own other devices is not a friend’s', () => {
    expect(presenceOf(presence({ from: 'alice@im.example/phone' }), alice, now)).toBeUndefined();
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
