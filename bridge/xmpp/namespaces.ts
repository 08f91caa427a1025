/** Every namespace that we speak, with its source. */
export const NS = {
  /** RFC 6121, section 2. */
  roster: 'jabber:iq:roster',
  /** XEP-0030, Service Discovery. */
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
  /** XEP-0199, XMPP Ping. */
  ping: 'urn:xmpp:ping',
  /** XEP-0198, Stream Management. */
  sm: 'urn:xmpp:sm:3',
  /** XEP-0280, Message Carbons. */
  carbons: 'urn:xmpp:carbons:2',
  /** XEP-0297, Stanza Forwarding. */
  forward: 'urn:xmpp:forward:0',
  /** XEP-0313, Message Archive Management. */
  mam: 'urn:xmpp:mam:2',
  /** XEP-0059, Result Set Management. */
  rsm: 'http://jabber.org/protocol/rsm',
  /** XEP-0004, Data Forms. */
  form: 'jabber:x:data',
  /** XEP-0359, Unique and Stable Stanza IDs. */
  sid: 'urn:xmpp:sid:0',
  /** XEP-0203, Delayed Delivery. */
  delay: 'urn:xmpp:delay',
  /** XEP-0085, Chat State Notifications. */
  chatStates: 'http://jabber.org/protocol/chatstates',
  /** XEP-0184, Message Delivery Receipts. */
  receipts: 'urn:xmpp:receipts',
  /** XEP-0333, Displayed Markers. */
  markers: 'urn:xmpp:chat-markers:0',
  /** XEP-0186, Invisible Command: mod_invisible_site. */
  invisible: 'urn:xmpp:invisible:1',
  /** XEP-0334, Message Processing Hints. */
  hints: 'urn:xmpp:hints',
  /** RFC 6120, section 8.3. */
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  /** Ours: mod_archive_site tells the sending stream the archive id of its message. */
  archived: 'urn:im-bridge:archived:0',
  /** Ours: a user's state has been written, says one bridge session of the user to the others. */
  state: 'urn:im-bridge:state:0',
  /** Ours: questions of the Erlang modules to the component, and its pushes to them. */
  site: 'urn:im-bridge:site:0',
} as const;
