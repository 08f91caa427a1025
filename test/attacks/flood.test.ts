/** One client sends as much as it can: everybody else's chat goes on, and what is kept of it has bounds. */
import { expect, test } from '@jest/globals';
import { waitUntil } from '../support/wait-until.ts';
import type { Refused } from '../support/tab.ts';
import { barrier, useBattlefield } from './battlefield.ts';
import { RawSocket } from './raw-socket.ts';

/** Events that a session keeps: fewer than any of these floods has. */
const EVENTS = 200;
const used = useBattlefield({ change: { limits: { events: EVENTS } } });
const STANZAS = 3000;

interface Flood {
  readonly name: string;
  readonly who: 'fred' | 'mal';
  readonly stanza: (i: number, vic: string, domain: string) => string;
}

const FLOODS: readonly Flood[] = [
  {
    name: 'messages to a friend that are not archived',
    who: 'fred',
    stanza: (i, vic) =>
      `<message to='${vic}' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/><x xmlns='urn:${i}'/></message>`,
  },
  {
    name: 'messages to a stranger',
    who: 'mal',
    stanza: (i, vic) => `<message to='${vic}' type='chat' id='m${i}'><body>flood ${i}</body></message>`,
  },
  {
    name: 'messages to accounts that do not exist',
    who: 'mal',
    stanza: (i, _vic, domain) => `<message to='nobody${i}@${domain}' id='m${i}'><body>flood</body></message>`,
  },
  {
    name: 'messages to other servers and to hosts that there are not',
    who: 'mal',
    stanza: (i, _vic, domain) => `<message to='x@h${i}.${domain}' id='m${i}'><body>flood</body></message>`,
  },
  {
    name: 'presence to everybody, changing each time',
    who: 'fred',
    stanza: (i) =>
      `<presence><show>${i % 2 === 0 ? 'away' : 'dnd'}</show><status>flood ${i}</status></presence>`,
  },
  {
    name: 'presence to one stranger',
    who: 'mal',
    stanza: (i, vic) => `<presence to='${vic}'><status>flood ${i}</status></presence>`,
  },
  {
    name: 'requests for friendship',
    who: 'mal',
    stanza: (i, _vic, domain) => `<presence to='u${i}@${domain}' type='subscribe'/>`,
  },
  {
    name: 'IQs to the server',
    who: 'mal',
    stanza: (i) => `<iq type='get' id='q${i}'><query xmlns='jabber:iq:roster'/></iq>`,
  },
  {
    name: 'IQs to a friend',
    who: 'fred',
    stanza: (i, vic) => `<iq type='get' id='q${i}' to='${vic}'><query xmlns='jabber:iq:last'/></iq>`,
  },
  {
    name: 'attempts to change the roster',
    who: 'mal',
    stanza: (i, vic) =>
      `<iq type='set' id='q${i}'><query xmlns='jabber:iq:roster'><item jid='${vic}'/></query></iq>`,
  },
  {
    name: 'pushes as the component makes them',
    who: 'mal',
    stanza: (i, vic, domain) =>
      `<iq type='set' id='q${i}' to='${domain}'><push xmlns='urn:im-bridge:site:0' user='mal'><add jid='${vic}' name='x'/></push></iq>`,
  },
  {
    name: 'acknowledgements asked for',
    who: 'mal',
    stanza: () => "<r xmlns='urn:xmpp:sm:3'/>",
  },
];

function pour(socket: RawSocket, { stanza }: Flood, count = STANZAS): void {
  const { field } = used;
  const vic = field.address('vic');
  socket.write(Array.from({ length: count }, (_, i) => stanza(i, vic, field.domain)).join(''));
}

test.each(FLOODS)(`others chat on through ${STANZAS} $name`, async (flood) => {
  const { field } = used;
  const { victim } = field;
  const heard = victim.native.seen.length;
  const socket = await field.attacker(flood.who);
  pour(socket, flood);
  await field.passes();
  await field.passes();
  await socket.barrier(); // or the server has ended it for that
  await barrier(victim.native, field.domain);
  const flooded = victim.native.seen
    .slice(heard)
    .filter(({ attrs }) => String(attrs['from']).includes('mal@'));
  expect(flooded.map(String)).toEqual([]);
});

test('a page that does not come back while a friend floods it is told that it is behind, and gets a fresh start', async () => {
  const { field } = used;
  const { victim } = field;
  const idle = await victim.person.openTab();
  await idle.stop();
  const fred = await field.attacker('fred');
  const count = 4 * EVENTS;
  const flood = {
    name: '',
    who: 'fred',
    stanza: (i: number, vic: string) => `<message to='${vic}' type='chat'><body>flood ${i}</body></message>`,
  } as const;
  pour(fred, flood, count);
  await field.passes();
  await victim.tab.sees('the last of it', (tab) => tab.bodies('fred').includes(`flood ${count - 1}`));
  const fault = await idle.poll().catch((error: unknown) => error);
  expect((fault as Refused).code).toBe('gone');
  await idle.connect({ tab: idle.id });
  await waitUntil('the fresh start', () => idle.bodies('fred').at(-1) === `flood ${count - 1}`);
});

test('a hundred connections that say nothing, and a hundred that begin to, keep nobody out', async () => {
  const { field } = used;
  const silent = Array.from({ length: 200 }, () => field.keep(RawSocket.connect(field.native)));
  for (const socket of silent.slice(100)) socket.write("<?xml version='1.0'?><stream:stream xmlns='jabb");
  const mal = await field.attacker('mal');
  expect(await mal.barrier()).toBe(true);
  await field.passes();
});
