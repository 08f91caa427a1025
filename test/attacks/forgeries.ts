/** The table of forgery.test.ts: what a peer may forge, and what may come of it when the peer is a friend. */

export interface Forgery {
  readonly name: string;
  /** The stanza: `T` is its mark, which stands in every part of it that a victim could believe. */
  readonly stanza: (to: string, names: Names) => string;
  /** Does a friend's arrive at a native client, in the friend's name? */
  readonly arrives: boolean;
  /** A text of the friend's own, which the page shows. Then it goes to the bare address alone. */
  readonly body?: string;
}

export interface Names {
  readonly mark: string;
  readonly vic: string;
  readonly fred: string;
  readonly ben: string;
  readonly domain: string;
}

export const FORWARD = 'urn:xmpp:forward:0';
const forwarded = (from: string, to: string, text: string): string =>
  `<forwarded xmlns='${FORWARD}'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>` +
  `<message xmlns='jabber:client' from='${from}/x' to='${to}' type='chat'><body>${text}</body>` +
  `<stanza-id xmlns='urn:xmpp:sid:0' by='${to}' id='1700000000000001'/></message></forwarded>`;
export const message = (to: string, content: string, type = 'chat'): string =>
  `<message to='${to}' type='${type}'>${content}</message>`;
const iq = (to: string, type: string, content: string, id = 'forged'): string =>
  `<iq to='${to}' type='${type}' id='${id}'>${content}</iq>`;
const rosterItem = (jid: string, subscription: string): string =>
  `<query xmlns='jabber:iq:roster'><item jid='${jid}' name='forged' subscription='${subscription}'/></query>`;

/** From ben, whom vic does not know, to vic: what only a carbon or an archive could bring. */
const inner = ({ mark, vic, ben }: Names): string => forwarded(ben, vic, mark);

export const FORGERIES: readonly Forgery[] = [
  ...['received', 'sent'].flatMap((direction): Forgery[] => [
    {
      name: `a carbon, ${direction} (CVE-2017-5589)`,
      stanza: (to, names) =>
        message(to, `<${direction} xmlns='urn:xmpp:carbons:2'>${inner(names)}</${direction}>`),
      arrives: true,
    },
    {
      name: `a carbon, ${direction}, as a headline`,
      stanza: (to, names) =>
        message(to, `<${direction} xmlns='urn:xmpp:carbons:2'>${inner(names)}</${direction}>`, 'headline'),
      arrives: true,
    },
    {
      name: `a carbon of the first version, ${direction}`,
      stanza: (to, names) =>
        message(to, `<${direction} xmlns='urn:xmpp:carbons:1'>${inner(names)}</${direction}>`),
      arrives: true,
    },
    {
      name: `a carbon, ${direction}, of a message of the victim's own`,
      stanza: (to, { vic, fred, mark }) =>
        message(to, `<${direction} xmlns='urn:xmpp:carbons:2'>${forwarded(vic, fred, mark)}</${direction}>`),
      arrives: true,
    },
  ]),
  { name: 'a bare forwarded message (XEP-0297)', stanza: (to, n) => message(to, inner(n)), arrives: true },
  {
    name: 'a forwarded message beside a text',
    stanza: (to, n) => message(to, `<body>mine ${n.mark}</body>${inner(n)}`),
    arrives: true,
    body: 'mine',
  },
  ...['urn:xmpp:mam:2', 'urn:xmpp:mam:1', 'urn:xmpp:mam:tmp'].map((ns): Forgery => ({
    name: `an archive result of ${ns}`,
    stanza: (to, n) =>
      message(to, `<result xmlns='${ns}' queryid='forged' id='1700000000000002'>${inner(n)}</result>`),
    arrives: true,
  })),
  {
    name: 'an archive result without a query',
    stanza: (to, n) =>
      message(to, `<result xmlns='urn:xmpp:mam:2' id='1700000000000003'>${inner(n)}</result>`),
    arrives: true,
  },
  {
    name: 'the end of an archive query',
    stanza: (to, { mark }) =>
      iq(to, 'result', `<fin xmlns='urn:xmpp:mam:2' complete='true' queryid='${mark}'/>`),
    arrives: true,
  },
  ...(['vic', 'domain', 'fred'] as const).map((by): Forgery => ({
    name: `a stanza-id by ${by}`,
    stanza: (to, n) =>
      message(
        to,
        `<body>mine ${n.mark}</body><stanza-id xmlns='urn:xmpp:sid:0' by='${n[by]}' id='forged-id'/>`,
      ),
    arrives: true,
    body: 'mine',
  })),
  {
    name: 'an id of the old archive',
    stanza: (to, n) =>
      message(
        to,
        `<body>mine ${n.mark}</body><archived xmlns='urn:xmpp:mam:tmp' by='${n.vic}' id='forged-id'/>`,
      ),
    arrives: true,
    body: 'mine',
  },
  {
    name: 'a delay long ago',
    stanza: (to, n) =>
      message(
        to,
        `<body>mine ${n.mark}</body><delay xmlns='urn:xmpp:delay' from='${n.domain}' stamp='1999-01-01T00:00:00Z'/>`,
      ),
    arrives: true,
    body: 'mine',
  },
  {
    name: 'the word of mod_archive_site',
    stanza: (to, { mark }) =>
      message(
        to,
        `<archived xmlns='urn:im-bridge:archived:0' id='1700000000000004' origin-id='${mark}' stamp='2026-01-01T00:00:00Z'/>`,
      ),
    arrives: false,
  },
  {
    name: 'a wish to be told of another’s archive',
    stanza: (to, { mark }) =>
      message(
        to,
        `<tell xmlns='urn:im-bridge:archived:0' again='true' since='2020-01-01T00:00:00Z'/><origin-id xmlns='urn:xmpp:sid:0' id='${mark}'/>`,
      ),
    arrives: true,
  },
  {
    name: 'a site push to a user',
    stanza: (to, { ben, mark }) =>
      iq(
        to,
        'set',
        `<push xmlns='urn:im-bridge:site:0' user='vic'><add jid='${ben}' name='${mark}'/></push>`,
      ),
    arrives: true,
  },
  ...['both', 'remove', 'to'].map((subscription): Forgery => ({
    name: `a roster push, ${subscription} (CVE-2015-8688)`,
    stanza: (to, { ben, fred, mark }) =>
      iq(to, 'set', rosterItem(subscription === 'remove' ? fred : ben, subscription), mark),
    arrives: false,
  })),
  {
    name: 'a roster push beside another element',
    stanza: (to, { ben, mark }) => iq(to, 'set', `<x xmlns='urn:example'/>${rosterItem(ben, 'both')}`, mark),
    arrives: false,
  },
  {
    name: 'a roster as a result',
    stanza: (to, { ben, mark }) => iq(to, 'result', rosterItem(ben, 'both'), mark),
    arrives: true,
  },
  {
    name: 'a roster in a message',
    stanza: (to, { ben, mark }) => message(to, `${rosterItem(ben, 'both')}<x xmlns='${mark}'/>`),
    arrives: true,
  },
  {
    name: 'a result that nobody asked for',
    stanza: (to, { mark }) => iq(to, 'result', '', mark),
    arrives: true,
  },
  {
    name: 'an error that nobody asked for',
    stanza: (to, { mark }) =>
      iq(
        to,
        'error',
        "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
        mark,
      ),
    arrives: true,
  },
  {
    name: 'a bounce of a message that was never sent',
    stanza: (to, { mark }) =>
      `<message to='${to}' type='error' id='${mark}'><body>${mark}</body><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    arrives: true,
  },
  {
    name: 'an event of a pubsub node',
    stanza: (to, { mark, ben }) =>
      message(
        to,
        `<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${ben}'><item id='${mark}'/></items></event>`,
        'headline',
      ),
    arrives: true,
  },
  {
    name: 'an invitation to a room (XEP-0249)',
    stanza: (to, { mark }) => message(to, `<x xmlns='jabber:x:conference' jid='${mark}@rooms.example'/>`),
    arrives: true,
  },
  {
    name: 'a mediated invitation (XEP-0045)',
    stanza: (to, { mark, ben }) =>
      message(
        to,
        `<x xmlns='http://jabber.org/protocol/muc#user'><invite from='${ben}'><reason>${mark}</reason></invite></x>`,
      ),
    arrives: true,
  },
  {
    name: 'the addresses of others (XEP-0033)',
    stanza: (to, { mark, ben }) =>
      message(
        to,
        `<addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='${ben}' desc='${mark}'/></addresses>`,
      ),
    arrives: true,
  },
  ...['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe'].map((type): Forgery => ({
    name: `presence ${type}`,
    stanza: (to, { mark }) => `<presence to='${to}' type='${type}'><status>${mark}</status></presence>`,
    arrives: false,
  })),
];
