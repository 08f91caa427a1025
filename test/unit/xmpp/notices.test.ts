/** What comes in messages beside their text, and from whom it is believed. */
import { describe, expect, test } from '@jest/globals';
import { xml } from '@xmpp/client';
import fc from 'fast-check';
import type { Input } from '../../../bridge/session/ports.ts';
import { openEnvelope } from '../../../bridge/xmpp/envelope.ts';
import { NS } from '../../../bridge/xmpp/namespaces.ts';
import { bouncedOf, isStateChanged, noticesOf } from '../../../bridge/xmpp/notices.ts';
import { ownerOf } from '../../../bridge/xmpp/owner.ts';

type El = ReturnType<typeof xml>;

const alice = ownerOf('alice', 'im.example');
const ADDRESS = 'alice@im.example/web-1';
const [BOB, PHONE] = ['bob@im.example/desk', 'alice@im.example/phone'];

const message = (from: string, to: string, ...children: El[]): El =>
  xml('message', { from, to, type: 'chat' }, ...children);
const fromBob = (...children: El[]): El => message(BOB, ADDRESS, ...children);
const carbon = (kind: 'sent' | 'received', from: string, inner: El): El =>
  xml(
    'message',
    { from, to: ADDRESS },
    xml(kind, { xmlns: NS.carbons }, xml('forwarded', { xmlns: NS.forward }, inner)),
  );
const byCarbon = (kind: 'sent' | 'received', inner: El): El => carbon(kind, 'alice@im.example', inner);
const state = (name: string): El => xml(name, { xmlns: NS.chatStates });
const receipt = (id: string): El => xml('received', { xmlns: NS.receipts, id });
const displayed = (id: string): El => xml('displayed', { xmlns: NS.markers, id });

function read(stanza: El): Input[] {
  const envelope = openEnvelope(stanza, alice);
  return envelope === undefined ? [] : noticesOf(envelope, alice);
}

describe('a chat state', () => {
  test.each([
    ['composing', 'composing'],
    ['paused', 'paused'],
    ['active', 'active'],
    ['inactive', 'active'],
    ['gone', 'active'],
  ])('%s of a friend is %s', (sent, seen) => {
    expect(read(fromBob(state(sent)))).toEqual([{ type: 'typing', with: 'bob', state: seen }]);
  });

  test.each(['toString', 'constructor', '__proto__', 'dancing'])('%s is none', (name) => {
    expect(read(fromBob(state(name)))).toEqual([]);
  });

  test('counts when another device of the user got it, and not when the user’s own wrote it', () => {
    expect(read(byCarbon('received', message(BOB, PHONE, state('composing'))))).toHaveLength(1);
    expect(read(byCarbon('sent', message(PHONE, BOB, state('composing'))))).toEqual([]);
  });

  test('that was delayed says nothing of now', () => {
    const delay = xml('delay', { xmlns: NS.delay, stamp: '2026-01-01T00:00:00Z' });
    expect(read(fromBob(state('composing'), delay))).toEqual([]);
  });
});

describe('a receipt and a marker', () => {
  test('of a friend tell what has arrived, and what was read', () => {
    expect(read(fromBob(receipt('c1')))).toEqual([{ type: 'delivered', with: 'bob', cid: 'c1' }]);
    expect(read(fromBob(displayed('c1')))).toEqual([
      { type: 'displayed', with: 'bob', by: 'peer', cid: 'c1' },
    ]);
  });

  test('of another device of the user’s own tell what was read there, and nothing of arrival', () => {
    const sent = message(PHONE, 'bob@im.example', displayed('c1'), receipt('c1'));
    expect(read(byCarbon('sent', sent))).toEqual([{ type: 'displayed', with: 'bob', by: 'self', cid: 'c1' }]);
  });

  test('that say they are the user’s own, but are not by carbon, count for nothing', () => {
    expect(read(message(PHONE, 'bob@im.example', displayed('c1')))).toEqual([]);
    expect(read(message(PHONE, ADDRESS, displayed('c1'), receipt('c1')))).toEqual([]);
  });

  test.each(['error', 'groupchat', 'headline'])('in a message of type %s count for nothing', (type) => {
    const stanza = fromBob(receipt('c1'), displayed('c1'), state('composing'));
    stanza.attrs['type'] = type;
    expect(read(stanza)).toEqual([]);
  });

  test('with an id that nobody gave count for nothing', () => {
    for (const id of ['', 'x'.repeat(129)]) expect(read(fromBob(receipt(id), displayed(id)))).toEqual([]);
    expect(read(fromBob(xml('received', { xmlns: NS.receipts })))).toEqual([]);
  });

  test.each(['bob@im.example', PHONE, 'mallory@im.example/x', 'im.example', 'alice@im.example.org'])(
    'in a carbon that comes from %s are forged (CVE-2017-5589)',
    (from) => {
      const inner = message(PHONE, 'bob@im.example', displayed('c1'));
      expect(read(carbon('sent', from, inner))).toEqual([]);
      expect(read(carbon('received', from, fromBob(receipt('c1'), state('composing'))))).toEqual([]);
    },
  );
});

test('whoever it claims to be from, nothing counts that is not between the user and a member', () => {
  const address = fc.oneof(
    fc.constantFrom('im.example', 'bob@elsewhere.example/x', '@im.example', 'bob@im.example@x', '', '/x'),
    fc.string(),
  );
  fc.assert(
    fc.property(address, address, (from, to) => {
      const notices = read(message(from, to, receipt('c1'), displayed('c1'), state('composing')));
      expect(notices.every((notice) => 'with' in notice && notice.with !== 'alice')).toBe(true);
      if (!from.endsWith('@im.example')) expect(notices).toEqual([]);
    }),
  );
});

describe('a bounce', () => {
  const bounce = (condition: string, type: string, attrs: object = {}): El =>
    xml(
      'message',
      { type: 'error', from: 'bob@im.example', to: ADDRESS, id: 'c1', ...attrs },
      xml('error', { type }, xml(condition, { xmlns: NS.stanzaErrors })),
    );

  test.each([
    ['not-allowed', 'not-friends'],
    ['service-unavailable', 'unavailable'],
  ])('of %s says %s', (condition, code) => {
    const expected = { type: 'bounced', with: 'bob', cid: 'c1', code };
    expect(bouncedOf(bounce(condition, 'cancel'), alice)).toEqual(expected);
  });

  test('that asks for patience takes nothing back', () => {
    expect(bouncedOf(bounce('resource-constraint', 'wait'), alice)).toBeUndefined();
  });

  test('without an id, from nobody of the domain, or from the user, says nothing', () => {
    for (const attrs of [{ id: undefined }, { from: 'im.example' }, { from: 'x@y.example' }, { from: PHONE }])
      expect(bouncedOf(bounce('not-allowed', 'cancel', attrs), alice)).toBeUndefined();
  });
});

describe('the call of another session of the user’s own', () => {
  const call = (attrs: object): El =>
    xml(
      'message',
      { type: 'headline', to: 'alice@im.example', ...attrs },
      xml('changed', { xmlns: NS.state }),
    );

  test('is heard', () => {
    expect(isStateChanged(call({ from: 'alice@im.example/web-2' }), alice, ADDRESS)).toBe(true);
  });

  test.each([ADDRESS, 'alice@im.example', undefined, BOB, 'alice@im.example.org/x', 'malice@im.example/x'])(
    'is not believed from %s',
    (from) => {
      expect(isStateChanged(call({ from }), alice, ADDRESS)).toBe(false);
    },
  );
});
