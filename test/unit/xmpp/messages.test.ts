/** Messages with a text, as they come: live, by carbon, out of the archive. */
import { describe, expect, test } from '@jest/globals';
import { xml } from '@xmpp/client';
import type { Message } from '../../../bridge/protocol/events.ts';
import { openEnvelope } from '../../../bridge/xmpp/envelope.ts';
import { archivedOf, archiveResultOf, messageOf as messageIn } from '../../../bridge/xmpp/messages.ts';
import { NS } from '../../../bridge/xmpp/namespaces.ts';
import { ownerOf, type Owner } from '../../../bridge/xmpp/owner.ts';

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

/** As the inbox reads a stanza. */
function messageOf(stanza: El, owner: Owner): Message | undefined {
  const envelope = openEnvelope(stanza, owner);
  return envelope === undefined ? undefined : messageIn(envelope.message, owner);
}

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

  const cidOf = (stanza: El): string | undefined => messageOf(stanza, alice)?.cid;
  const withId = (id: string, ...children: El[]): El => {
    const stanza = fromBob(stanzaId('alice@im.example'), ...children);
    stanza.attrs['id'] = id;
    return stanza;
  };
  const origin = (id: string): El => xml('origin-id', { xmlns: NS.sid, id });

  test('shows the friend’s own id of it, which receipts and markers name', () => {
    expect(cidOf(withId('stanza'))).toBe('stanza');
    expect(cidOf(withId('stanza', origin('theirs')))).toBe('theirs');
  });

  test('shows none when there is none, or when it is longer than anybody needs', () => {
    expect(cidOf(fromBob(stanzaId('alice@im.example')))).toBeUndefined();
    expect(cidOf(withId('x'.repeat(128)))).toHaveLength(128);
    expect(cidOf(withId('x'.repeat(129)))).toBeUndefined();
    expect(cidOf(withId('short', origin('')))).toBeUndefined();
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
