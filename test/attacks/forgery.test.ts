/**
 * What a peer forges in the name of others: carbons, roster pushes, archive results, ids, the bridge's own
 * namespaces. Of a stranger nothing arrives. What a friend may send arrives in the friend's own name alone, and a
 * page shows nothing of it but a text that is truly the friend's.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Element } from '@xmpp/xml';
import { barrier, PASSWORD, useBattlefield } from './battlefield.ts';
import { FORGERIES, FORWARD, message, type Forgery } from './forgeries.ts';
import type { RawSocket } from './raw-socket.ts';
import { SlixmppClient } from '../support/slixmpp.ts';

const used = useBattlefield();
let runs = 0;

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
    .filter((event) => !(event.type === 'message' && event.body === end))
    .filter((event) => !(event.type === 'unread' && event.with === 'fred')); // as the text at the end counts
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
      push('vic', `<remove jid='fred@${domain}'/>`),
      push('vic', '<refresh/>'),
      push('vic', `<renamed name='forged'><friend jid='fred@${domain}'/></renamed>`),
      push('vic', '<gone/>'),
      push('vic', '<signed-out/>'),
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
