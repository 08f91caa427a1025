/** What BOSH sends: `<body/>` elements of XEP-0124, with XEP-0206's attributes and stanzas in them. */
import { randomUUID } from 'node:crypto';
import xml, { type Element } from '@xmpp/xml';

const BOSH = 'http://jabber.org/protocol/httpbind';
const XBOSH = 'urn:xmpp:xbosh';
const RECEIPTS = 'urn:xmpp:receipts';
const CLIENT = 'jabber:client';
/** Seconds that a request is held, and how many at once: what browser libraries ask for. */
const WAIT = '60';
const HOLD = '1';

type Attributes = Readonly<Record<string, string>>;

export function bodyOf(attributes: Attributes, ...stanzas: readonly Element[]): string {
  return xml('body', { xmlns: BOSH, ...attributes }, ...stanzas).toString();
}

/** XEP-0124, section 7.1; XEP-0206, section 4. */
export function creation(domain: string): Attributes {
  return { to: domain, wait: WAIT, hold: HOLD, ver: '1.6', 'xmlns:xmpp': XBOSH, 'xmpp:version': '1.0' };
}

/** XEP-0206, section 5: after SASL. */
export function restart(domain: string): Attributes {
  return { to: domain, 'xmlns:xmpp': XBOSH, 'xmpp:restart': 'true' };
}

export function plain(user: string, password: string): Element {
  const attributes = { xmlns: 'urn:ietf:params:xml:ns:xmpp-sasl', mechanism: 'PLAIN' };
  return xml('auth', attributes, Buffer.from(`\0${user}\0${password}`).toString('base64'));
}

export function bind(): Element {
  return iq('set', 'bind', xml('bind', { xmlns: 'urn:ietf:params:xml:ns:xmpp-bind' }));
}

/** All that a chat page needs: the list of friends, carbons (XEP-0280), and to be seen. */
export function arrival(): Element[] {
  return [
    iq('get', 'roster', xml('query', { xmlns: 'jabber:iq:roster' })),
    iq('set', 'carbons', xml('enable', { xmlns: 'urn:xmpp:carbons:2' })),
    xml('presence', { xmlns: CLIENT }),
  ];
}

/** To the bare address: every tab of equal priority gets it (RFC 6121, section 8.5.2.1). */
export function chat(to: string, text: string, receipt: boolean): Element {
  const id = randomUUID();
  return xml(
    'message',
    { xmlns: CLIENT, type: 'chat', to, id },
    xml('body', {}, text),
    xml('active', { xmlns: 'http://jabber.org/protocol/chatstates' }),
    xml('origin-id', { xmlns: 'urn:xmpp:sid:0', id }),
    ...(receipt ? [xml('request', { xmlns: RECEIPTS })] : []),
  );
}

/** XEP-0184, section 5.3, to the tab that asked. */
export function received(to: string, id: string): Element {
  const receipt = xml('received', { xmlns: RECEIPTS, id });
  return xml('message', { xmlns: CLIENT, type: 'chat', to, id: randomUUID() }, receipt);
}

function iq(type: 'get' | 'set', id: string, payload: Element): Element {
  return xml('iq', { xmlns: CLIENT, type, id }, payload);
}
