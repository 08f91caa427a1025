/** Stanzas as traces show them. */
import { expect, test } from '@jest/globals';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { stanzaText } from '../../../bridge/xmpp/stanza-text.ts';

const cut = (stanza: Element): string => stanzaText(stanza, (text) => `[${text.length}]`);

test('of a message who, to whom and what kind, and the lengths of what was written', () => {
  const stanza = xml(
    'message',
    { to: 'bob@im.test', id: 'c1', type: 'chat' },
    xml('body', {}, 'canary'),
    xml(
      'html',
      { xmlns: 'http://jabber.org/protocol/xhtml-im' },
      xml('img', { alt: 'canary', src: 'canary' }),
    ),
    xml('show', {}, 'canary'),
    xml('first', {}, 'canary'),
  );
  expect(cut(stanza)).toBe(
    "<message to='bob@im.test' id='c1' type='chat'><body>[6]</body>" +
      "<html xmlns='http://jabber.org/protocol/xhtml-im'><img alt='[6]' src='[6]'/></html>" +
      '<show>[6]</show><first>[6]</first></message>',
  );
});

test('of a presence how somebody is, and not what they say of it', () => {
  const stanza = xml('presence', {}, xml('show', {}, 'away'), xml('status', {}, 'canary'));
  expect(cut(stanza)).toBe('<presence><show>away</show><status>[6]</status></presence>');
});

test('of a roster the addresses, and of an archive the ids', () => {
  const item = xml(
    'item',
    { jid: 'bob@im.test', name: 'Robert', subscription: 'both' },
    xml('group', {}, 'Kin'),
  );
  expect(cut(xml('iq', { type: 'result' }, item))).toBe(
    "<iq type='result'><item jid='bob@im.test' name='[6]' subscription='both'><group>[3]</group></item></iq>",
  );
  const set = xml('set', {}, xml('max', {}, '50'), xml('last', {}, '17'));
  expect(cut(xml('iq', {}, set))).toBe('<iq><set><max>50</max><last>17</last></set></iq>');
});

test('whole, it is XML again', () => {
  const stanza = xml('message', { id: `a'b` }, xml('body', {}, `<&'">`));
  expect(stanzaText(stanza, (text) => text)).toBe(
    `<message id='a&apos;b'><body>&lt;&amp;&apos;"></body></message>`,
  );
});
