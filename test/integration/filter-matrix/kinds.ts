/** The kinds of stanzas of the filter matrix, each with a stanza of it. */
import xml, { type Element } from '@xmpp/xml';

const PUBSUB = 'http://jabber.org/protocol/pubsub';
const RECEIPTS = 'urn:xmpp:receipts';
const MARKERS = 'urn:xmpp:chat-markers:0';
const NODE = 'http://jabber.org/protocol/nick';

const body = (): Element => xml('body', {}, 'a word');
const fault = (): Element =>
  xml(
    'error',
    { type: 'cancel' },
    xml('service-unavailable', { xmlns: 'urn:ietf:params:xml:ns:xmpp-stanzas' }),
  );
const query = (xmlns: string, ...children: Element[]): Element => xml('query', { xmlns }, ...children);
const message = (type: string, ...children: Element[]): Element => xml('message', { type }, ...children);
const presence = (type?: string): Element => xml('presence', type === undefined ? {} : { type });
const get = (child: Element): Element => xml('iq', { type: 'get' }, child);
const set = (child: Element): Element => xml('iq', { type: 'set' }, child);

/** Makes a new stanza, without `to` and `id`. */
export type Make = () => Element;

export const KINDS = {
  'message chat': () => message('chat', body()),
  'message normal': () => message('normal', body()),
  'message headline': () => message('headline', body()),
  'message groupchat': () => message('groupchat', body()),
  'message error': () => message('error', body(), fault()),
  'chat state alone (XEP-0085)': () =>
    message('chat', xml('composing', { xmlns: 'http://jabber.org/protocol/chatstates' })),
  'receipt request (XEP-0184)': () => message('chat', body(), xml('request', { xmlns: RECEIPTS })),
  'receipt (XEP-0184)': () => message('chat', xml('received', { xmlns: RECEIPTS, id: 'some-message' })),
  'markable message (XEP-0333)': () => message('chat', body(), xml('markable', { xmlns: MARKERS })),
  'marker (XEP-0333)': () => message('chat', xml('displayed', { xmlns: MARKERS, id: 'some-message' })),
  'presence available, directed': () => presence(),
  'presence unavailable, directed': () => presence('unavailable'),
  'presence probe': () => presence('probe'),
  'presence error': () => xml('presence', { type: 'error' }, fault()),
  'presence subscribe': () => presence('subscribe'),
  'presence subscribed': () => presence('subscribed'),
  'presence unsubscribe': () => presence('unsubscribe'),
  'presence unsubscribed': () => presence('unsubscribed'),
  'iq get vcard-temp': () => get(xml('vCard', { xmlns: 'vcard-temp' })),
  'iq get jabber:iq:last': () => get(query('jabber:iq:last')),
  'iq get jabber:iq:version': () => get(query('jabber:iq:version')),
  'iq get urn:xmpp:ping': () => get(xml('ping', { xmlns: 'urn:xmpp:ping' })),
  'iq get disco#info': () => get(query('http://jabber.org/protocol/disco#info')),
  'iq get disco#items': () => get(query('http://jabber.org/protocol/disco#items')),
  'iq get pubsub items (PEP)': () => get(xml('pubsub', { xmlns: PUBSUB }, xml('items', { node: NODE }))),
  'iq get jabber:iq:roster': () => get(query('jabber:iq:roster')),
  'iq get an own namespace': () => get(query('urn:example:own')),
  'iq set pubsub publish (PEP)': () =>
    set(
      xml(
        'pubsub',
        { xmlns: PUBSUB },
        xml('publish', { node: NODE }, xml('item', {}, xml('nick', { xmlns: NODE }, 'x'))),
      ),
    ),
  'iq set jabber:iq:private': () =>
    set(query('jabber:iq:private', xml('storage', { xmlns: 'storage:bookmarks' }))),
  'iq set jabber:iq:roster': () =>
    set(query('jabber:iq:roster', xml('item', { jid: 'mallory@example.org' }))),
  'iq set urn:xmpp:mam:2 (archive query)': () => set(query('urn:xmpp:mam:2')),
  'iq set an own namespace': () => set(query('urn:example:own')),
  'iq result, unasked': () => xml('iq', { type: 'result' }),
  'iq error, unasked': () => xml('iq', { type: 'error' }, fault()),
} as const satisfies Readonly<Record<string, Make>>;

export type Kind = keyof typeof KINDS;
