/**
 * What a peer forges in the name of others: carbons, roster pushes, archive results, ids, the bridge's own
 * namespaces. Of a stranger nothing arrives. What a friend may send arrives in the friend's own name alone, and a
 * page shows nothing of it but a text that is truly the friend's.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Element } from '@xmpp/xml';
import { barrier, PASSWORD, useBattlefield } from './battlefield.ts';
import type { RawSocket } from './raw-socket.ts';
import { SlixmppClient } from '../support/slixmpp.ts';

const used = useBattlefield();
let runs = 0;

interface Forgery {
  readonly name: string;
  /** The stanza: `T` is its mark, which stands in every part of it that a victim could believe. */
  readonly stanza: (to: string, names: Names) => string;
  /** Does a friend's arrive at a native client, in the friend's name? */
  readonly arrives: boolean;
  /** A text of the friend's own, which the page shows. Then it goes to the bare address alone. */
  readonly body?: string;
}

interface Names {
  readonly mark: string;
  readonly vic: string;
  readonly fred: string;
  readonly ben: string;
  readonly domain: string;
}

const FORWARD = 'urn:xmpp:forward:0';
const forwarded = (from: string, to: string, text: string): string =>
  `<forwarded xmlns='${FORWARD}'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>` +
  `<message xmlns='jabber:client' from='${from}/x' to='${to}' type='chat'><body>${text}</body>` +
  `<stanza-id xmlns='urn:xmpp:sid:0' by='${to}' id='1700000000000001'/></message></forwarded>`;
const message = (to: string, content: string, type = 'chat'): string =>
  `<message to='${to}' type='${type}'>${content}</message>`;
const iq = (to: string, type: string, content: string, id = 'forged'): string =>
  `<iq to='${to}' type='${type}' id='${id}'>${content}</iq>`;
const rosterItem = (jid: string, subscription: string): string =>
  `<query xmlns='jabber:iq:roster'><item jid='${jid}' name='forged' subscription='${subscription}'/></query>`;

/** From ben, whom vic does not know, to vic: what only a carbon or an archive could bring. */
const inner = ({ mark, vic, ben }: Names): string => forwarded(ben, vic, mark);

const FORGERIES: readonly Forgery[] = [
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

/** The addresses of the victim: bare, and each client's, the bridge's too. */
async function addressesOf(attacker: RawSocket): Promise<string[]> {
  const { field } = used;
  const { resources } = {
    resources: await field.stack.ejabberd.api('user_resources', { user: 'vic', host: field.domain }),
  };
  expect(attacker.address).not.toBe('');
  const bare = field.address('vic');
  return [bare, ...(resources as string[]).map((resource) => `${bare}/${resource}`)];
}

/** Sends it to every address of the victim, and waits until all that could have come has. */
async function attack(
  who: 'fred' | 'mal',
  forgery: Forgery,
): Promise<{ mark: string; events: unknown[]; heard: Element[]; address: string }> {
  const { field } = used;
  const { native, tab } = field.victim;
  const mark = `forged-${++runs}`;
  const [vic, fred, ben] = [field.address('vic'), field.address('fred'), field.address('ben')];
  const names = { mark, vic, fred, ben, domain: field.domain };
  const attacker = await field.attacker(who);
  const targets = forgery.body === undefined ? await addressesOf(attacker) : [vic];
  const from = native.seen.length;
  const before = tab.events.length;
  for (const to of targets) attacker.write(forgery.stanza(to, names));
  expect(await attacker.barrier()).toBe(true);
  const end = `end of ${mark}`;
  const friend = await field.attacker('fred');
  friend.write(message(vic, `<body>${end}</body>`));
  await tab.sees(end, () => tab.bodies('fred').includes(end));
  await native.waitFor((stanza) => stanza.getChildText('body') === end);
  await barrier(native, field.domain);
  const heard = native.seen.slice(from).filter((stanza) => isMarked(stanza, mark, end));
  const events = tab.events
    .slice(before)
    .filter((event) => !(event.type === 'message' && event.body === end));
  return { mark, events, heard, address: attacker.address };
}

/** Is it the forgery, or what became of it? A mark may be gone, so the forged names count too. */
function isMarked(stanza: Element, mark: string, end: string): boolean {
  const text = stanza.toString();
  return !text.includes(end) && /forged/.test(text) && (text.includes(mark) || !/forged-\d/.test(text));
}

test.each(FORGERIES)('of a stranger, $name reaches no client and no page', async (forgery) => {
  const { events, heard } = await attack('mal', forgery);
  expect(heard.map(String)).toEqual([]);
  expect(events).toEqual([]);
});

describe('of a friend', () => {
  test.each(FORGERIES)(
    '$name is in the friend’s name, or does not arrive; the page believes none',
    async (forgery) => {
      const { domain, victim } = used.field;
      const roster = JSON.stringify(victim.tab.snapshot.roster.map(({ id, name }) => [id, name]));
      const { events, heard, mark, address } = await attack('fred', forgery);
      expect(heard.length > 0).toBe(forgery.arrives);
      for (const stanza of heard)
        expect([String(stanza), senderOf(stanza)]).toEqual([String(stanza), address]);
      for (const stanza of heard) expect(idsBy(stanza, used.field.address('vic'))).not.toContain('forged-id');
      const texts = events.filter((event) => (event as { type: string }).type !== 'presence');
      if (forgery.body === undefined) expect(texts).toEqual([]);
      else {
        const shown = { type: 'message', with: 'fred', from: 'fred', body: `mine ${mark}` };
        expect(texts).toEqual([expect.objectContaining(shown)]);
        const [{ id, at }] = texts as [{ id: string; at: string }];
        expect(id).toMatch(/^\d{16}$/);
        expect(Math.abs(Date.parse(at) - Number(id) / 1000)).toBeLessThan(2);
        expect(new Date(at).getFullYear()).toBe(new Date().getFullYear());
      }
      expect(JSON.stringify(victim.tab.snapshot.roster.map(({ id, name }) => [id, name]))).toBe(roster);
      expect(domain).not.toBe('');
    },
  );
});

/** A true carbon of the victim's own server names the sender of what it carries; nobody else can send one. */
function senderOf(stanza: Element): unknown {
  if (stanza.attrs['from'] !== used.field.address('vic')) return stanza.attrs['from'];
  const carried = stanza.getChild('received', 'urn:xmpp:carbons:2')?.getChild('forwarded', FORWARD);
  return carried?.getChild('message')?.attrs['from'];
}

function idsBy(stanza: Element, by: string): unknown[] {
  const ids = stanza.getChildren('stanza-id').filter((id) => id.attrs['by'] === by);
  return ids.map((id) => id.attrs['id'] as unknown);
}

describe('by way of the server', () => {
  const SITE = 'urn:im-bridge:site:0';
  const push = (user: string, change: string): string =>
    `<push xmlns='${SITE}' user='${user}'>${change}</push>`;
  const addressed = (to: string, vic: string, type: string): string =>
    message(
      to,
      `<body>forged by address</body><addresses xmlns='http://jabber.org/protocol/address'><address type='${type}' jid='${vic}'/></addresses>`,
    );

  test('no user makes friends, takes them away, or asks for a refresh as the component does', async () => {
    const { field } = used;
    const { domain } = field;
    const mal = await field.attacker('mal');
    const changes = [
      push('vic', `<add jid='mal@${domain}' name='forged'/>`),
      push('mal', `<add jid='vic@${domain}' name='forged'/>`),
      push('vic', `<remove jid='fred@${domain}'/>`),
      push('vic', '<refresh/>'),
    ];
    const addresses = [domain, `site.${domain}`, field.address('vic'), field.address('mal'), ''];
    for (const [n, change] of changes.entries())
      for (const to of addresses) {
        const id = `push-${n}-${addresses.indexOf(to)}`;
        mal.write(`<iq type='set' id='${id}'${to === '' ? '' : ` to='${to}'`}>${change}</iq>`);
        expect(await mal.expect(new RegExp(`<iq[^>]*id='${id}'[^>]*>`))).toContain("type='error'");
      }
    const ctl = field.stack.ejabberd;
    expect(await ctl.api('im_are_friends', { user: 'vic', friend: 'fred', host: domain })).toMatchObject({
      answer: 'yes',
    });
    expect(await ctl.api('im_are_friends', { user: 'vic', friend: 'mal', host: domain })).toMatchObject({
      answer: 'no',
    });
  });

  test('nothing is addressed on to a stranger (XEP-0033), announced, or sent through another host', async () => {
    const { field } = used;
    const { domain, victim } = field;
    const vic = field.address('vic');
    const mal = await field.attacker('mal');
    const from = victim.native.seen.length;
    const before = victim.tab.events.length;
    const through = ['', `multicast.${domain}`, `pubsub.${domain}`, `conference.${domain}`, `site.${domain}`];
    for (const host of [...through, domain, field.address('mal')])
      for (const type of ['to', 'cc', 'bcc', 'noreply'])
        mal.write(addressed(host === '' ? domain : host, vic, type));
    for (const place of ['announce/all', 'announce/online', 'announce/all-hosts/online', 'announce/motd'])
      mal.write(message(`${domain}/${place}`, '<body>forged announcement</body>'));
    for (const stranger of [
      `vic@site.${domain}`,
      `vic@sub.${domain}`,
      'vic@elsewhere.example',
      `vic\\40${domain}@${domain}`,
    ])
      mal.write(message(stranger, '<body>forged by host</body>'));
    expect(await mal.barrier()).toBe(true);
    await barrier(victim.native, domain);
    await field.passes();
    expect(victim.native.seen.slice(from).filter((stanza) => /forged/.test(String(stanza)))).toEqual([]);
    expect(victim.tab.events.slice(before)).toEqual([]);
  });
});

describe('with slixmpp', () => {
  const clients: SlixmppClient[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  async function slixmpp(user: 'vic' | 'fred' | 'mal'): Promise<SlixmppClient> {
    const { host, starttlsPort: port, ca } = used.field.stack.info.xmpp;
    const client = SlixmppClient.start({
      address: used.field.address(user),
      password: PASSWORD,
      host,
      port,
      ca,
    });
    clients.push(client);
    await client.tells('online');
    return client;
  }

  test('a friend’s forged carbons and archive results show as nothing, and a stranger’s words come back', async () => {
    const { field } = used;
    const vic = field.address('vic');
    const names = {
      mark: 'forged text',
      vic,
      fred: field.address('fred'),
      ben: field.address('ben'),
      domain: field.domain,
    };
    const [victim, fred, mal] = [await slixmpp('vic'), await slixmpp('fred'), await slixmpp('mal')];
    const address = String((await victim.tells('online'))['address']);
    for (const { stanza, body } of FORGERIES)
      if (body === undefined)
        for (const client of [fred, mal]) client.do({ do: 'raw', data: stanza(address, names) });
    mal.do({ do: 'chat', to: vic, body: 'from a stranger' });
    expect(await mal.tells('bounce', ({ from }) => from === vic)).toMatchObject({ condition: 'not-allowed' });
    fred.do({ do: 'chat', to: vic, body: 'the end' });
    await victim.tells('message', ({ body }) => body === 'the end');
    expect(victim.events.filter(({ event }) => event === 'message').map(({ body }) => body)).toEqual([
      'the end',
    ]);
    expect(victim.events.filter(({ event }) => ['failed', 'disconnected'].includes(event))).toEqual([]);
  });
});
