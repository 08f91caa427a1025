/** What we say, as stanzas. */
import { describe, expect, test } from '@jest/globals';
import type { Element } from '@xmpp/xml';
import fc from 'fast-check';
import { cleanText } from '../../../bridge/clean-text.ts';
import { NS } from '../../../bridge/xmpp/namespaces.ts';
import { noticesOf } from '../../../bridge/xmpp/notices.ts';
import {
  displayedStanza,
  messageStanza,
  presenceStanza,
  receiptStanza,
  stateChangedStanza,
  typingStanza,
} from '../../../bridge/xmpp/outgoing.ts';
import { ownerOf } from '../../../bridge/xmpp/owner.ts';

const alice = ownerOf('alice', 'im.example');
const AT = '2026-01-01T00:00:00.123Z';

test('an own message carries its cid, and text that XML can carry', () => {
  const stanza = messageStanza({ to: 'o"neil', body: 'a\u0000b<c>\u{1F600}', cid: 'c1' }, alice);
  expect(stanza.attrs).toEqual({ type: 'chat', to: String.raw`o\22neil@im.example`, id: 'c1' });
  expect(stanza.getChildText('body')).toBe('a\uFFFDb<c>\u{1F600}');
  expect(stanza.toString()).toContain('<body>a\uFFFDb&lt;c&gt;\u{1F600}</body>');
  expect(stanza.getChild('origin-id', NS.sid)?.attrs['id']).toBe('c1');
});

test('an own message asks for a receipt and for a marker, and ends the typing before it', () => {
  const stanza = messageStanza({ to: 'bob', body: 'x', cid: 'c1' }, alice);
  expect(stanza.getChild('request', NS.receipts)).toBeDefined();
  expect(stanza.getChild('markable', NS.markers)).toBeDefined();
  expect(stanza.getChild('active', NS.chatStates)).toBeDefined();
  expect(stanza.getChild('no-store', NS.hints)).toBeUndefined();
});

test('a message that may have been sent before says since when', () => {
  const first = messageStanza({ to: 'bob', body: 'x', cid: 'c1' }, alice);
  const again = messageStanza({ to: 'bob', body: 'x', cid: 'c1', since: AT }, alice);
  expect(first.getChild('tell', NS.archived)?.attrs).not.toHaveProperty('again');
  expect(again.getChild('tell', NS.archived)?.attrs).toMatchObject({ again: 'true', since: AT });
});

describe('what is of no use later', () => {
  test.each<[string, Element, object]>([
    ['a chat state', typingStanza('bob', 'composing', alice), { type: 'chat', to: 'bob@im.example' }],
    ['a marker', displayedStanza('bob', 'c1', alice), { type: 'chat', to: 'bob@im.example' }],
    ['a receipt', receiptStanza('bob@im.example/x', 'c1'), { type: 'chat', to: 'bob@im.example/x' }],
    [
      'a call to the own other sessions',
      stateChangedStanza(alice),
      { type: 'headline', to: 'alice@im.example' },
    ],
  ])('%s is not stored, has no text and no id by which a bounce could be told', (_what, stanza, attrs) => {
    expect(stanza.attrs).toEqual(attrs);
    expect(stanza.getChild('no-store', NS.hints)).toBeDefined();
    expect(stanza.getChild('body')).toBeUndefined();
  });

  test('none forbids carbons: the other devices of both are to know', () => {
    const stanzas = [typingStanza('bob', 'paused', alice), displayedStanza('bob', 'c', alice)];
    for (const stanza of stanzas) {
      expect(stanza.getChild('private', NS.carbons)).toBeUndefined();
      expect(stanza.getChild('no-copy', NS.hints)).toBeUndefined();
    }
  });
});

test('whatever cid is displayed, the peer reads the same one', () => {
  const bob = ownerOf('bob', 'im.example');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }), (cid) => {
      const stanza = displayedStanza('bob', cid, alice);
      stanza.attrs['from'] = 'alice@im.example/web';
      expect(noticesOf({ message: stanza, by: 'stream' }, bob)).toEqual([
        { type: 'displayed', with: 'alice', by: 'peer', cid: cleanText(cid) },
      ]);
    }),
  );
});

test.each([
  ['online', undefined, '<presence/>'],
  ['invisible', undefined, '<presence/>'],
  ['away', undefined, '<presence><show>away</show></presence>'],
  ['dnd', 'in a <meeting>', '<presence><show>dnd</show><status>in a &lt;meeting&gt;</status></presence>'],
  ['online', '', '<presence/>'],
  ['online', 'a\u0000b', '<presence><status>a\uFFFDb</status></presence>'],
] as const)('presence %s with status %p', (show, status, text) => {
  expect(presenceStanza({ show, ...(status !== undefined && { status }) }).toString()).toBe(text);
});
